#!/usr/bin/env node
// The installed entry. A lone --version is answered before anything is loaded: scripts ask it often. It is CommonJS, since
// Node takes longer to get its loader of ES modules going than to run this file.
'use strict';
const path = require('node:path');

if (process.argv.length === 3 && ['--version', '-v'].includes(process.argv[2])) {
  process.stdout.write(`chaos ${require('../package.json').version}\n`);
} else {
  const { loadFrom } = require('./load.js');
  void loadFrom(path.join(__dirname, '../dist'), 'main.cjs').main(process.argv.slice(2));
}
