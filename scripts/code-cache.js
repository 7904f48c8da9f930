// A program of the build: runs a command of the build in the folder that is given, then leaves beside its modules the
// code that V8 has made of them by then. Code that no module needed yet is not in it, so the command is a common one.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CODE_FILE, codeFile, openBuild } from '../bin/load.js';

const [folder, ...args] = process.argv.slice(2);
const { load, compiled } = openBuild(folder, new Map());
await load('main.cjs').main(args);
writeFileSync(path.join(folder, CODE_FILE), codeFile(compiled));
