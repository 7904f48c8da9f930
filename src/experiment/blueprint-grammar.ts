import * as z from 'zod';
import { anything, duration, fields, flag, integer, listOf, mapOf, oneOf, share, text } from '../kernel/schema.ts';
import { plain } from './grammar.ts';

/** The keys of a blueprint, each declared once: validation and JSON Schema derive from these. */

const LIST = 'write a list';
const list = (doc: string, hint = LIST) => anything({ doc }).refine((value) => value !== undefined, hint);
export const name = (doc: string) =>
  text({ doc }).regex(/^[a-z][a-z0-9-]{0,30}$/, 'write lower-case letters, digits and "-", at most 31, a letter first');
export const port = (doc: string) => integer({ doc, min: 1, max: 65_535 });
const httpPath = (doc: string) => text({ doc }).regex(/^\//, 'write a path that begins with "/", such as /healthz');
export const dnsName = (doc: string) =>
  text({ doc }).regex(/^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/, 'write a DNS name, such as shop.example');
const ttl = (doc: string) => duration({ doc, max: '7d' });

export const BLUEPRINT = {
  version: z.literal(1, { error: 'write 1' }).describe('Version of the language.'),
  title: text({ doc: 'What the region is.' }),
  description: text({ doc: 'More about it.' }).optional(),
  region: text({ doc: 'The name of the region.' })
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'write the name of a region, such as us-east-1')
    .prefault('us-east-1'),
  zones: list(
    'Its availability zones: ids, or { id, name }.',
    'list the zones, such as [use1-az1, use1-az2, use1-az3]',
  ),
  instances: list('Groups of like instances.', 'list at least one group of instances'),
  loadBalancers: anything({ doc: 'Load balancers, each in front of one group.' }),
  hostedZones: anything({ doc: 'Route 53 hosted zones with their records.' }),
  alarms: anything({ doc: 'CloudWatch alarms.' }),
  roles: anything({ doc: 'IAM roles, as which instances act.' }),
  dependencies: anything({ doc: 'What services of the region need: stores, and what launches need of them.' }),
  dns: anything({ doc: 'How the DNS service behaves.' }),
  powerReturn: anything({ doc: 'How a zone comes back.' }),
};

export const ZONE = {
  id: text({ doc: 'The physical zone, the same for every account: use1-az1.' }).regex(
    /^[a-z0-9]+-az\d+$/,
    'write the id of a zone, such as use1-az1',
  ),
  name: text({ doc: "The account's own name for it; the region's name with a, b, c by default." }).optional(),
};

const SIZE_MAX = 500;
const AUTO_SCALING = {
  min: integer({ doc: 'The least there may be.', min: 0, max: SIZE_MAX }),
  max: integer({ doc: 'The most there may be.', min: 0, max: SIZE_MAX }),
  desired: integer({
    doc: 'How many there are to be at first; the least by default.',
    min: 0,
    max: SIZE_MAX,
  }).optional(),
  healthCheck: oneOf(['EC2', 'ELB'], {
    doc: 'What makes one unhealthy: its status checks alone, or those of its load balancer as well.',
  }).prefault('EC2'),
  gracePeriod: duration({
    doc: 'How long after it came into service nobody asks for its health.',
    max: '10m',
  }).prefault('10s'),
};

export const INSTANCES = {
  name: name('The name of the group.'),
  perZone: integer({ doc: 'How many in each zone; 1 by default.', min: 1, max: 500 }).optional(),
  autoScaling: fields(AUTO_SCALING)
    .describe('An Auto Scaling group keeps so many running over all its zones, and replaces those that fail.')
    .optional(),
  zones: z
    .union([z.literal('all'), z.array(z.string()).min(1)], { error: 'write "all", or a list of zones' })
    .describe('In which zones.')
    .prefault('all'),
  command: listOf(text({ doc: 'A program or an argument.' }), {
    doc: 'The program and its arguments. Those that begin with ./ or ../ are relative to this file.',
    min: 1,
    max: 1_000,
  }),
  cwd: text({ doc: 'The folder it runs in; that of this file by default.' }).optional(),
  port: port('The port it listens on in the VPC; its real one is in PORT.'),
  env: mapOf(plain({ doc: 'A value.' }), { doc: 'Its environment, besides what the region sets.' }).prefault({}),
  tags: mapOf(plain({ doc: 'A value.' }), { doc: 'Tags, by which selectors find it.' }).prefault({}),
  calls: listOf(text({ doc: 'A group.' }), {
    doc: 'Groups that it calls: <NAME>_ENDPOINTS lists their links.',
  }).prefault([]),
  ready: httpPath('It is ready when this path answers 2xx; without one, when its port accepts.').optional(),
  readyWithin: duration({ doc: 'How long it may take to be ready.', min: '100ms', max: '10m' }).prefault('10s'),
  restart: flag({ doc: 'Whether a process that ends by itself is started again.' }).prefault(true),
  role: text({ doc: 'The role as which it acts; by default it may do everything.' }).optional(),
};

export const ROLE = {
  name: text({ doc: 'Its name.' }).regex(/^[\w+=,.@-]{1,64}$/, 'write at most 64 letters, digits and "+=,.@_-"'),
  allow: listOf(
    text({ doc: 'An action, such as sqs:SendMessage.' }).regex(
      /^(\*|[a-z0-9-]+:[\w*?]+)$/,
      'write an action such as sqs:SendMessage, dynamodb:* or *',
    ),
    { doc: 'What it may do; nothing by default. Policies can be added by the API of IAM.', max: 100 },
  ).prefault([]),
  tags: mapOf(plain({ doc: 'A value.' }), { doc: 'Tags, by which selectors find it.' }).prefault({}),
};

const HEALTH_CHECK = {
  path: httpPath('The path that must answer 2xx.').prefault('/'),
  interval: duration({ doc: 'Time between checks.', min: '50ms', max: '5m' }).prefault('1s'),
  timeout: duration({ doc: 'A check that is not answered by then has failed.', min: '10ms', max: '2m' }).prefault(
    '500ms',
  ),
  healthy: integer({ doc: 'So many successes in a row make a target healthy.', min: 1, max: 10 }).prefault(2),
  unhealthy: integer({ doc: 'So many failures in a row make it unhealthy.', min: 1, max: 10 }).prefault(2),
};

export const LOAD_BALANCER = {
  name: name('Its name.'),
  port: port('The port it listens on.').prefault(80),
  targets: text({ doc: 'The group of instances behind it.' }),
  healthCheck: fields(HEALTH_CHECK).describe('How it finds out which targets are healthy.').prefault({}),
  deregistrationDelay: duration({ doc: 'How long a target that leaves may finish its requests.', max: '1h' }).prefault(
    '5s',
  ),
  crossZone: flag({ doc: 'Whether each of its nodes sends to targets of every zone.' }).prefault(true),
};

const metricText = (doc: string) =>
  text({ doc }).regex(/^(?=.*\S)[^:].{0,254}$/, 'write at most 255 characters, not ":" first');
const threshold = (doc: string) => z.number({ error: 'write a number' }).describe(doc).optional();
export const ALARM = {
  name: name('Its name.'),
  namespace: metricText('Namespace of the metric, such as AWS/ApplicationELB.'),
  metric: metricText('Name of the metric, such as HealthyHostCount.'),
  dimensions: mapOf(metricText('A value.'), { doc: 'Its dimensions.' }).prefault({}),
  loadBalancer: text({ doc: 'A load balancer that is a dimension too.' }).optional(),
  targetGroup: text({ doc: 'A target group that is one; it has the name of its load balancer.' }).optional(),
  statistic: oneOf(['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'], {
    doc: 'What is made of the values of a period.',
  }).prefault('Average'),
  period: oneOf(['1s', '5s', '10s', '20s', '30s', '1m', '5m'], { doc: 'Length of a period.' }).prefault('1s'),
  periods: integer({ doc: 'How many of the latest periods are looked at.', min: 1, max: 10 }).prefault(1),
  breaching: integer({ doc: 'So many of them must be beyond the threshold; all by default.', min: 1 }).optional(),
  above: threshold('It goes off when the value is above this.'),
  atLeast: threshold('It goes off when the value is at least this.'),
  below: threshold('It goes off when the value is below this.'),
  atMost: threshold('It goes off when the value is at most this.'),
  missing: oneOf(['breaching', 'notBreaching', 'ignore', 'missing'], {
    doc: 'What a period without data is taken for.',
  }).prefault('missing'),
};

export const HOSTED_ZONE = {
  name: dnsName('The domain.'),
  negativeTtl: ttl('How long a resolver may remember that a name does not exist.').prefault('5s'),
  records: anything({ doc: 'Its records.' }),
};

const RECORD_CHECK = {
  path: httpPath('The path that must answer 2xx or 3xx; without it, the port must accept.').optional(),
  port: port('The port that is asked: that of the group or of the load balancer by default.').optional(),
  interval: oneOf(['10s', '30s'], {
    doc: 'Time between looks as Route 53 has it; a region of one machine looks 20 times as often.',
  }).prefault('10s'),
  failures: integer({ doc: 'So many results in a row change its mind.', min: 1, max: 10 }).prefault(3),
  loadBalancer: text({ doc: 'A load balancer that is looked at instead of the address of the record.' }).optional(),
};

const RECORD_TYPES = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV', 'NS'] as const;
export const RECORD = {
  name: dnsName('The full name.'),
  type: oneOf(RECORD_TYPES, { doc: 'The type of the record.' }),
  ttl: ttl('How long a resolver may remember it. An alias has none.').optional(),
  values: listOf(text({ doc: 'A value as in a zone file.' }), { doc: 'Literal values.', min: 1, max: 400 }).optional(),
  instances: text({ doc: 'A group: the record holds the addresses of its members.' }).optional(),
  alias: text({ doc: 'A load balancer: the record answers as it does.' }).optional(),
  setIdentifier: text({ doc: 'Of a weighted record: which of those of its name and type it is.' }).optional(),
  weight: integer({
    doc: 'Of a weighted record: its share of the answers, relative to the others.',
    max: 255,
  }).optional(),
  failover: oneOf(['primary', 'secondary'], {
    doc: 'The primary record is answered while it is healthy, the secondary one of the same name otherwise.',
  }).optional(),
  multivalue: flag({
    doc: 'Each address becomes a record of its own; those that are healthy are answered.',
  }).optional(),
  evaluateTargetHealth: flag({
    doc: 'Of an alias: it is healthy while its load balancer has a healthy target. True by default if it fails over.',
  }).optional(),
  healthCheck: fields(RECORD_CHECK)
    .describe('The Route 53 health check by which the record is answered or not: of its own address.')
    .optional(),
};

export const DNS = {
  changeDelay: duration({ doc: 'How long a change of records stays PENDING.', max: '5m' }).prefault('1s'),
  nameServers: integer({ doc: 'How many name servers serve each hosted zone.', min: 1, max: 4 }).prefault(2),
};

export const POWER_RETURN = {
  stagger: duration({ doc: 'Instances of a zone start this far apart when power returns.', max: '1m' }).prefault(
    '200ms',
  ),
  stages: integer({ doc: 'It returns in so many stages.', min: 1, max: 5 }).prefault(1),
  pause: duration({ doc: 'From one stage to the next.', max: '10s' }).prefault('2s'),
  never: share({ doc: 'The share of instances whose hardware never recovers.' }).prefault('0%'),
  seed: integer({ doc: 'Chooses which ones.', max: 999_999_999 }).prefault(1),
  replacedAfter: duration({
    doc: 'So long after the last stage somebody moves those that are still there to other hardware.',
    max: '30s',
  }).prefault('10s'),
};
