/**
 * Makes a reader that goes away early (`| head -1`) a quiet end: what is written to a closed pipe is dropped, and the
 * run goes on, since a closed pipe is no reason to leave a target harmed.
 */
export function survivesClosedPipes(streams: readonly NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** The width of the terminal behind a stream; 80 when there is none. COLUMNS, when set, decides for what is no terminal. */
export function columnsOf(stream: { readonly isTTY?: boolean; readonly columns?: number }, columns?: string): number {
  if (stream.isTTY && stream.columns) return stream.columns;
  const asked = Number(columns);
  return Number.isInteger(asked) && asked >= 20 ? asked : 80;
}
