import { Fault } from '../services/fault.ts';
import type { WireRequest } from './protocol.ts';
import type { Service } from './schema.ts';

/** Which requests a REST operation answers. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  /** Literal parts of the path, and the names of labels in braces; one that ends in `+` takes all that is left. */
  readonly parts: readonly string[];
  /** Query parameters that must be there, with the value they must have, if any. */
  readonly query: readonly (readonly [name: string, value: string | undefined])[];
}

/** The routes of a service, the most specific first. */
export function routesOf(service: Service): readonly Route[] {
  const routes = service.operations.flatMap((operation): Route[] => {
    const http = service.operation(operation)?.http;
    if (!http) return [];
    const [path = '', query = ''] = http[1].split('?');
    const fixed = query.split('&').filter((part) => part !== '');
    return [
      {
        operation,
        method: http[0],
        parts: partsOf(path),
        query: fixed.map((part) => [part.split('=')[0] ?? '', part.split('=')[1]] as const),
      },
    ];
  });
  return routes.sort((a, b) => rank(b) - rank(a));
}

const rank = ({ parts, query }: Route) => parts.filter((part) => !part.startsWith('{')).length * 10 + query.length;
const partsOf = (path: string) => path.split('/').filter((part) => part !== '');

/** The first route that a request fits, with the values of its labels. */
export function matchPath(
  routes: readonly Route[],
  { method, path, query }: Pick<WireRequest, 'method' | 'path' | 'query'>,
): { readonly route: Route; readonly labels: ReadonlyMap<string, string> } | undefined {
  const parts = partsOf(path);
  for (const route of routes) {
    if (route.method !== method) continue;
    const fits = route.query.every(([name, value]) => query.some(([n, v]) => n === name && v === (value ?? v)));
    const labels = fits ? matchParts(route.parts, parts) : undefined;
    if (labels) return { route, labels };
  }
  return undefined;
}

function matchParts(wanted: readonly string[], given: readonly string[]): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const [k, part] of wanted.entries()) {
    const greedy = part.endsWith('+}');
    const text = greedy ? given.slice(k).join('/') : given[k];
    if (text === undefined || text === '') return undefined;
    if (part.startsWith('{')) labels.set(part.slice(1, greedy ? -2 : -1), decode(text));
    else if (part !== text) return undefined;
    if (greedy) return labels;
  }
  return wanted.length === given.length ? labels : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault('InvalidInput', 'The path is not percent-encoded UTF-8.', 400);
  }
}
