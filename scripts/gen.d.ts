/** Every derived file, by its path in the project, with the text that it is to have. */
export function derivedFiles(): Promise<Record<string, string>>;
