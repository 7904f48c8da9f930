import path from 'node:path';
import type { Choices } from './init-choices.ts';

/** What the files call the system. */
export const subjectOf = ({ command }: Pick<Choices, 'command'>): 'shop' | 'app' =>
  command === undefined ? 'shop' : 'app';

export const zoneIds = (zones: number): string[] => Array.from({ length: zones }, (_, k) => `use1-az${k + 1}`);

/** Where the files will lie, and where the command was typed. Both absolute. */
interface Places {
  readonly folder: string;
  readonly from: string;
}

/** The text of the blueprint: the region in which the system runs. */
export function blueprintText(choices: Choices, places: Places): string {
  const subject = subjectOf(choices);
  const { zones, command, page } = choices;
  const where = zones === 1 ? 'one zone' : `${zones} zones`;
  const instances = command === undefined ? SHOP : own({ command, page, places });
  const health = command === undefined ? '/healthz' : page;
  const records =
    command === undefined ? '\n      - { name: inventory.shop.example, type: A, ttl: 5s, instances: inventory }' : '';
  return `# yaml-language-server: $schema=./blueprint.schema.json
#
# The region in which the experiment takes place: real processes on this machine, in ${where}. A run starts it and ends it;
# "chaos region up" with this file keeps it, to look around in.
version: 1
title: ${command === undefined ? 'A shop' : 'My system'} in ${where}
region: us-east-1
zones: [${zoneIds(zones).join(', ')}]

# Groups of like processes. Each is told in its environment where to listen (PORT), where it stands (ZONE_ID), where to keep
# data (DATA_DIR), how to reach those that it calls (<GROUP>_ENDPOINTS), its DNS server (DNS_SERVER) and its AWS endpoint
# (AWS_ENDPOINT_URL).
instances:
${instances}
# What users reach first. It asks every instance for its health, and sends requests to the healthy ones alone.
loadBalancers:
  - name: ${subject}
    port: 80
    targets: ${command === undefined ? 'web' : 'app'}
    healthCheck: { path: ${yaml(health)}, interval: 500ms, timeout: 450ms, healthy: 2, unhealthy: 2 }
    deregistrationDelay: 2s

# The names of the system, in a real DNS server. A resolver remembers for negativeTtl that a name does not exist.
hostedZones:
  - name: ${subject}.example
    negativeTtl: 5s
    records:
      - { name: ${subject}.example, type: A, alias: ${subject} }${records}
`;
}

const own = ({ command, page, places }: { command: string; page: string; places: Places }): string => `  - name: app
    perZone: 2
    # Words, not a line for a shell; it should listen on 127.0.0.1, on the port in PORT.
    command: ${commandWords(command, places)}
    # Where it runs, seen from this file.
    cwd: ${yaml(path.relative(places.folder, places.from) || '.')}
    # The port that others see in the region.
    port: 8080
    env: {}
    tags: { tier: app }
    # It is ready when this page answers 2xx.
    ready: ${yaml(page)}
    readyWithin: 30s
`;

const SHOP = `  # Each checkout goes from web to inventory, found by its name, and from there to a majority of the stores.
  - name: web
    perZone: 2
    command: [node, ./shop/web.js]
    port: 8080
    # "none" instead: a name that is gone is not used any longer, and the loss of its record is felt.
    env: { CACHE: serve-stale }
    tags: { app: shop, tier: web }
    ready: /healthz
  - name: inventory
    perZone: 2
    command: [node, ./shop/inventory.js]
    port: 8081
    calls: [store]
    tags: { app: shop, tier: inventory }
    ready: /healthz
  - name: store
    perZone: 1
    command: [node, ./shop/store.js]
    port: 8082
    calls: [store]
    tags: { app: shop, tier: store }
    ready: /healthz
`;

/** A command line as the list of words that a blueprint holds: what only a shell understands is left to one. */
function commandWords(command: string, { folder, from }: Places): string {
  const line = command.trim();
  if (!/^[\w@%+=:,./\s-]+$/.test(line) || /^\w+=/.test(line))
    return `[${['sh', '-c', inShell(line)].map(yaml).join(', ')}]`;
  // Such words a blueprint reads as places beside itself; these were meant beside whoever typed them.
  const seenFrom = (word: string) => path.join(path.relative(folder, from), word);
  const words = line.split(/\s+/).map((word) => (/^\.\.?\//.test(word) ? besideIt(seenFrom(word)) : word));
  return `[${words.map(yaml).join(', ')}]`;
}

const besideIt = (relative: string): string => (relative.startsWith('../') ? relative : `./${relative}`);

/** The shell hands its process over to a single command, so that signals reach that and not the shell. */
const inShell = (line: string): string =>
  /[;&|\n()`{<>]/.test(line.replace(/\$\{\w+\}/g, '')) ||
  /^\w+=|^(if|for|while|case|until|exec|cd|export|\.)\b/.test(line)
    ? line
    : `exec ${line}`;

/** A text as a scalar of YAML: bare where that is plain, else in double quotes, as JSON writes it. */
const yaml = (text: string): string =>
  /^[A-Za-z./][\w./-]*$/.test(text) && !RESERVED.test(text) ? text : JSON.stringify(text);

const RESERVED = /^(true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i;
