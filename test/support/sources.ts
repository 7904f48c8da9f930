import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const root = path.resolve(import.meta.dirname, '../..');

/** Every file below a folder of the project, as paths relative to the project, sorted. */
export function filesBelow(folder: string, ending = ''): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules'))
    .sort();
}

export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

export const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2023, true);

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** What a source file imports or re-exports, dynamic imports included. */
export function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (literal: ts.Expression | undefined, typeOnly: boolean) => {
    if (literal && ts.isStringLiteralLike(literal)) {
      const line = source.getLineAndCharacterOfPosition(literal.getStart()).line + 1;
      found.push({ specifier: literal.text, typeOnly, line });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal as ts.Expression, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Every function of a file with a body, with its name and its length in lines. */
export function functionsOf(source: ts.SourceFile): { name: string; line: number; lines: number }[] {
  const found: { name: string; line: number; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const start = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const end = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      found.push({ name: nameOf(node), line: start + 1, lines: end - start + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.Node): string {
  const named = node as { name?: ts.Node; parent?: { name?: ts.Node } };
  return named.name?.getText() ?? named.parent?.name?.getText() ?? '(anonymous)';
}

/** Uses of the machine in a source file: its clock, timers, randomness, console, process, and Node's own modules. */
export function touchesOf(source: ts.SourceFile): { what: string; line: number }[] {
  const found: { what: string; line: number }[] = [];
  const add = (node: ts.Node, what: string) =>
    found.push({ what, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const [object, member] = [node.expression.text, node.name.text];
      if (object === 'process' || object === 'console') add(node, `${object}.${member}`);
      if (`${object}.${member}` === 'Date.now' || `${object}.${member}` === 'Math.random')
        add(node, `${object}.${member}`);
      if (object === 'performance') add(node, 'performance');
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
      add(node, 'new Date()');
    if (ts.isCallExpression(node) && /^(setTimeout|setInterval|setImmediate|fetch)$/.test(node.expression.getText())) {
      add(node, node.expression.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const { specifier, line, typeOnly } of importsOf(source)) {
    if (/^node:(?!path|crypto|util)/.test(specifier) && !typeOnly) found.push({ what: specifier, line });
  }
  return found;
}
