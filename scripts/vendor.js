// What is changed in other people's code on its way into the bundle, each with the reason. A change whose text is no
// longer there fails the build: a new version of that package has come, and whoever upgrades decides anew.
import { readFile } from 'node:fs/promises';

const CHANGES = [
  {
    // The first comparison by locale loads the tables of ICU, 5 ms of every start; ids of commands are plain ASCII.
    file: /@oclif\/core\/lib\/config\/plugin\.js$/,
    from: '.sort((a, b) => a.id.localeCompare(b.id))',
    to: '.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))',
  },
  {
    // It asks a whole library whether this Node is too old; src/cli/node-version.ts asks the same.
    file: /@oclif\/core\/lib\/index\.js$/,
    from: 'checkNodeVersion();',
    to: '',
  },
];

/** The plugin of the bundler that makes the changes. */
export const vendorChanges = {
  name: 'vendor changes',
  setup(build) {
    const made = new Set();
    for (const { file, from, to } of CHANGES) {
      build.onLoad({ filter: file }, async (args) => {
        const text = await readFile(args.path, 'utf8');
        if (text.split(from).length !== 2) return { errors: [{ text: `${args.path} no longer holds "${from}" once` }] };
        made.add(file);
        return { contents: text.replace(from, () => to) };
      });
    }
    build.onEnd(() => ({
      errors: CHANGES.filter(({ file }) => !made.has(file)).map(({ file }) => ({ text: `nothing matches ${file}` })),
    }));
  },
};
