// Loads the modules that `npm run build` left in dist/ as require() does, with the code that V8 made of them during the
// build: to compile them anew takes half of a start. V8 itself refuses code that another version of it made, or one with
// other flags; what was damaged is refused here, since V8 would crash on it. A module whose code is refused is compiled
// as ever. Nothing is ever written here, and nothing outside of the build is read.
'use strict';
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

/** The file of a build that holds the code of its modules. */
const CODE_FILE = 'code.cache';
const [BEFORE, AFTER] = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'];

/** What a module of the build at that folder exports. Of a build without code, by Node's own means. */
function loadFrom(folder, name) {
  const code = readCode(path.join(folder, CODE_FILE));
  return code ? openBuild(folder, code).load(name) : require(path.join(folder, name));
}

/** A build that shows what was compiled of it, by the name of the module: { source, script }. */
function openBuild(folder, code = readCode(path.join(folder, CODE_FILE))) {
  const root = path.resolve(folder);
  const modules = new Map();
  const compiled = new Map();

  function load(file) {
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {}, filename: file, id: file };
    modules.set(file, module);
    const name = path.relative(root, file);
    const source = readFileSync(file);
    const script = new vm.Script(BEFORE + source.toString() + AFTER, {
      filename: file,
      cachedData: soundCode(code.get(name), source),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    compiled.set(name, { source, script });
    const folderOfFile = path.dirname(file);
    script.runInThisContext()(module.exports, requireIn(folderOfFile), module, file, folderOfFile);
    return module.exports;
  }

  /** The require() of the modules in a folder: those of the build come from here, everything else from Node. */
  function requireIn(from) {
    const requireThere = (id) => {
      if (id.startsWith('./') || id.startsWith('../')) return load(path.join(from, id));
      return id.startsWith(root + path.sep) ? load(id) : require(id);
    };
    return Object.assign(requireThere, { resolve: require.resolve, main: require.main, cache: require.cache });
  }

  return { load: (name) => load(path.join(root, name)), compiled };
}

/** The code of each module: { code, digest }. Undefined when there is none that could be read. */
function readCode(file) {
  try {
    const bytes = readFileSync(file);
    const end = bytes.indexOf('\n');
    let at = end + 1;
    const entryOf = ([name, size, digest]) => {
      at += size;
      return [name, { code: bytes.subarray(at - size, at), digest }];
    };
    return new Map(JSON.parse(bytes.toString('latin1', 0, end)).map(entryOf));
  } catch {
    return undefined;
  }
}

/** The file for modules with the code that V8 made of them: a line of JSON, then the code of one after the other. */
function codeFile(compiled) {
  const entries = [...compiled].map(([name, { source, script }]) => {
    const code = script.createCachedData();
    return { code, head: [name, code.length, digestOf(source, code)] };
  });
  const head = Buffer.from(`${JSON.stringify(entries.map((entry) => entry.head))}\n`);
  return Buffer.concat([head, ...entries.map(({ code }) => code)]);
}

const soundCode = (entry, source) => (entry?.digest === digestOf(source, entry?.code ?? '') ? entry?.code : undefined);

const digestOf = (source, code) => createHash('sha1').update(source).update(code).digest('base64');

module.exports = { CODE_FILE, codeFile, loadFrom, openBuild };
