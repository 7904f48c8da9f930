// Converts an API description in AWS's older form (`service-2.json` of botocore, the library under boto3) into the
// catalogue's. For FIS alone: its client for JavaScript that can be installed carries no schemas. Run after an upgrade:
//
//   node scripts/catalogue-fis.js PATH/TO/botocore VERSION

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { factsFile, factsText, fileOf, textOf } from './catalogue.js';

const [, , library = '', version = ''] = process.argv;
if (!library || !version) throw new Error('usage: node scripts/catalogue-fis.js PATH/TO/botocore VERSION');

const described = path.join(library, 'data/fis/2020-12-01/service-2.json.gz');
const { metadata, operations, shapes } = JSON.parse(gunzipSync(readFileSync(described)).toString('utf8'));
const byName = ([a], [b]) => (a < b ? -1 : 1);
const SIMPLE = { string: 'string', boolean: 'boolean', integer: 'number', long: 'number', double: 'number' };

/** The name of a shape, or of the simple type that it is. */
function nameOf(shape) {
  const { type, timestampFormat } = shapes[shape];
  if (type === 'timestamp') return timestampFormat === 'iso8601' ? 'timestamp-date-time' : 'timestamp';
  return SIMPLE[type] ?? shape;
}

/** A member or item where it stands, with what its place says of it. */
function placeOf({ shape, location, locationName }) {
  const of = nameOf(shape);
  switch (location) {
    case 'uri':
      return { of, httpLabel: 1 };
    case 'querystring':
      return { of, httpQuery: locationName };
    case undefined:
      if (locationName !== undefined) throw new Error(`the name "${locationName}" in a body is not provided for`);
      return of;
    default:
      throw new Error(`the location "${location}" is not provided for`);
  }
}

function shapeOf({ type, exception, error, required = [], members = {}, member, key, value }) {
  if (type === 'list') return { kind: 'list', item: placeOf(member) };
  if (type === 'map') return { kind: 'map', key: placeOf(key), value: placeOf(value) };
  if (type !== 'structure') throw new Error(`the type "${type}" is not provided for`);
  const names = [...required, ...Object.keys(members).filter((name) => !required.includes(name))];
  return {
    kind: 'structure',
    ...(required.length > 0 && { required: required.length }),
    ...(exception && { error: 'client', ...(error?.httpStatusCode && { httpError: error.httpStatusCode }) }),
    members: Object.fromEntries(names.map((name) => [name, placeOf(members[name])])),
  };
}

/** The path with its labels named as the members are. */
function pathOf(uri, input) {
  const labels = Object.entries(shapes[input]?.members ?? {}).filter(([, { location }]) => location === 'uri');
  return labels.reduce((path, [name, { locationName }]) => path.replace(`{${locationName}}`, `{${name}}`), uri);
}

const referred = Object.keys(shapes).filter((name) => nameOf(name) === name);
const facts = {
  id: 'fis',
  source: `botocore ${version}, Apache-2.0`,
  signingName: metadata.signingName,
  protocols: ['restJson1'],
  version: metadata.apiVersion,
  xmlNamespace: '',
  namespace: 'com.amazonaws.fis',
  target: '',
};
const text = textOf(facts, {
  operations: Object.entries(operations)
    .sort(byName)
    .map(([name, { http, input, output }]) => [
      name,
      {
        input: input?.shape ?? 'unit',
        output: output?.shape ?? 'unit',
        http: [http.method, pathOf(http.requestUri, input?.shape), http.responseCode ?? 200],
      },
    ]),
  errors: referred.filter((name) => shapes[name].exception).map((name) => [name, name]),
  shapes: referred.sort().map((name) => [name, shapeOf(shapes[name])]),
});
writeFileSync(fileOf('fis'), text);
writeFileSync(factsFile, factsText());
