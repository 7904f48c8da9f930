// Extracts the request and answer schemas of AWS services from the installed SDK clients into the catalogue, so that
// the embedded region speaks their protocols without loading an SDK. Run after an upgrade of the clients.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL('../src/aws/catalogue/', import.meta.url));

/** The services of the catalogue: the name of the client package without its prefix, which is also the service's id. */
export const SERVICES = [
  ...['auto-scaling', 'cloudwatch', 'dynamodb', 'ec2', 'elastic-load-balancing-v2', 'iam', 'kms', 'lambda', 'rds'],
  ...['route-53', 'secrets-manager', 'sqs', 'ssm', 'sts'],
];

/** Protocols that a service speaks beside that of the client: those of older clients and of other languages'. */
const ALSO = { cloudwatch: ['awsQuery', 'rpcv2Cbor'], sqs: ['awsQuery'] };
/** What the client no longer knows, because it has left the protocol that needs it. */
const NAMESPACES = { sqs: 'http://queue.amazonaws.com/doc/2012-11-05/' };

export const fileOf = (service) => path.join(folder, `${service}.generated.json`);

/** The text of a service's catalogue file, made from the installed client. One line a shape, sorted by name. */
export function extract(service) {
  const client = require(`@aws-sdk/client-${service}`);
  const exported = Object.values(client).filter(Array.isArray);
  const shapes = new Map();
  const operations = exported.filter(([kind]) => kind === OPERATION).sort(byName);
  const errors = exported.filter(([kind]) => kind === ERROR).sort(byName);
  const sections = {
    operations: operations.map(([, , name, traits, input, output]) => [
      name,
      { input: refOf(input, shapes), output: refOf(output, shapes), ...traitsOf(traits) },
    ]),
    errors: errors.map((error) => [error[2], refOf(error, shapes)]),
    shapes: [...shapes].map(([, [name, shape]]) => [name, shape]).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
  return textOf(factsOf(service, client), sections);
}

/** The text of a catalogue file. */
export function textOf(facts, sections) {
  const lines = (entries) =>
    entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n');
  const body = Object.entries(sections).map(([name, entries]) => `"${name}":{\n${lines(entries)}\n}`);
  return `{"service":${JSON.stringify(facts)},\n${body.join(',\n')}}\n`;
}

/** The facts of all services in one file: enough to tell whose a request is. */
export function factsText() {
  const files = readdirSync(folder).filter((file) => file.endsWith('.generated.json') && file !== FACTS);
  const lines = files.sort().map((file) => {
    const { service } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    return `${JSON.stringify(service.id)}:${JSON.stringify(service)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

const FACTS = 'services.generated.json';
export const factsFile = path.join(folder, FACTS);

const [OPERATION, ERROR, STRUCTURE, UNION, LIST, MAP, SIMPLE] = [9, -3, 3, 4, 1, 2, 0];
const byName = (a, b) => (a[2] < b[2] ? -1 : 1);

function factsOf(service, client) {
  const [, Client] = Object.entries(client).find(([name]) => /^[A-Z]\w*Client$/.test(name));
  const { config } = new Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const { version } = JSON.parse(readFileSync(packageFile(service), 'utf8'));
  return {
    id: service,
    source: `@aws-sdk/client-${service} ${version}, Apache-2.0`,
    signingName: config.defaultSigningName,
    protocols: [config.protocol.getShapeId().split('#')[1], ...(ALSO[service] ?? [])],
    version: config.protocolSettings.version ?? config.apiVersion,
    xmlNamespace: config.protocolSettings.xmlNamespace ?? NAMESPACES[service] ?? '',
    namespace: config.protocolSettings.defaultNamespace,
    target: config.protocolSettings.serviceTarget,
    ...(config.protocolSettings.awsQueryCompatible && { queryCompatible: true }),
  };
}

const packageFile = (service) =>
  path.join(path.dirname(require.resolve(`@aws-sdk/client-${service}`)), '..', 'package.json');

/** A reference in the catalogue: the name of a shape or of a simple type. Adds the shape and all it refers to. */
function refOf(given, shapes) {
  const schema = resolve(given);
  if (typeof schema === 'string') return schema;
  if (typeof schema === 'number') return simpleOf(schema);
  if (schema[0] === SIMPLE && Object.keys(traitsOf(schema[3])).length === 0) return refOf(schema[4], shapes);
  const known = shapes.get(schema);
  if (known) return known[0];
  const name = freshName(schema[2], shapes);
  const shape = {};
  shapes.set(schema, [name, shape]);
  Object.assign(shape, shapeOf(schema, shapes));
  return name;
}

const resolve = (schema) => (typeof schema === 'function' ? resolve(schema()) : schema);

/** Two shapes may bear one name; the catalogue numbers them. A simple type's name is taken by the simple type. */
function freshName(name, shapes) {
  const taken = new Set([...SIMPLE_TYPES.values(), 'unit', ...[...shapes.values()].map(([used]) => used)]);
  let fresh = name;
  for (let k = 2; taken.has(fresh); k++) fresh = `${name}.${k}`;
  return fresh;
}

function shapeOf([kind, , , traits, ...rest], shapes) {
  const own = traitsOf(traits);
  if (kind === SIMPLE) return { kind: 'simple', of: refOf(rest[0], shapes), ...own };
  if (kind === LIST) return { kind: 'list', item: memberOf(rest[0], shapes), ...own };
  if (kind === MAP) return { kind: 'map', key: memberOf(rest[0], shapes), value: memberOf(rest[1], shapes), ...own };
  if (kind !== STRUCTURE && kind !== UNION && kind !== ERROR) throw new Error(`a schema has the unknown kind ${kind}`);
  const [names, members, required = 0] = rest;
  const fields = names.map((name, k) => [name, memberOf(members[k], shapes, name)]);
  return {
    kind: kind === UNION ? 'union' : 'structure',
    ...(required > 0 && { required }),
    ...own,
    members: Object.fromEntries(fields),
  };
}

/** A member without traits is its reference alone. */
function memberOf(given, shapes, name = '') {
  let schema = resolve(given);
  let traits = {};
  while (Array.isArray(schema) && schema.length === 2) {
    traits = { ...traitsOf(schema[1], name), ...traits };
    schema = resolve(schema[0]);
  }
  const of = refOf(schema, shapes);
  return Object.keys(traits).length === 0 ? of : { of, ...traits };
}

const BITS = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
];
/** What the wire needs to know. The rest of the traits is the clients' business. */
const KEPT = new Set([
  ...['xmlName', 'ec2QueryName', 'xmlFlattened', 'xmlNamespace', 'xmlAttribute', 'timestampFormat'],
  ...[
    'http',
    'httpLabel',
    'httpPayload',
    'httpResponseCode',
    'httpQueryParams',
    'httpHeader',
    'httpPrefixHeaders',
    'httpQuery',
  ],
  ...['awsQueryError', 'error', 'httpError', 'streaming'],
]);

function traitsOf(traits, member = '') {
  const all =
    typeof traits === 'number'
      ? Object.fromEntries(BITS.filter((_, k) => (traits >> k) & 1).map((bit) => [bit, 1]))
      : { ...traits };
  if (all.ec2QueryName === capitalised(all.xmlName ?? member)) delete all.ec2QueryName;
  if (member !== '' && all.xmlName === member) delete all.xmlName;
  return Object.fromEntries(Object.entries(all).filter(([name]) => KEPT.has(name)));
}

const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const SIMPLE_TYPES = new Map([
  ...[
    [0, 'string'],
    [1, 'number'],
    [2, 'boolean'],
    [4, 'timestamp'],
    [5, 'timestamp-date-time'],
  ],
  ...[
    [6, 'timestamp-http-date'],
    [7, 'timestamp-epoch-seconds'],
    [15, 'document'],
    [17, 'big-integer'],
  ],
  ...[
    [19, 'big-decimal'],
    [21, 'blob'],
    [42, 'blob'],
  ],
]);

/** A number stands for a simple type, plus 64 for a list of it, plus 128 for a map from text to it. */
function simpleOf(number) {
  const form = number >= 128 ? 'map-of-' : number >= 64 ? 'list-of-' : '';
  const type = SIMPLE_TYPES.get(number & 63);
  if (type === undefined) throw new Error(`a schema has the unknown simple type ${number}`);
  return form + type;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const service of SERVICES) writeFileSync(fileOf(service), extract(service));
  writeFileSync(factsFile, factsText());
}
