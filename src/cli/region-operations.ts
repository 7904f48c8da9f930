import { readRegionOperations } from '../host/region-operations.ts';
import { ChaosError } from '../kernel/errors.ts';
import type { ServiceOperations } from '../kernel/service-operations.ts';
import { suggest } from '../kernel/suggest.ts';
import { columns, type Paint, wrap } from '../report/text.ts';

/**
 * The operations of the services that are asked for: of all, or of the one of that name.
 * @throws ChaosError CLI_USAGE when there is none of that name.
 */
export async function findOperations(asked: string | undefined): Promise<readonly ServiceOperations[]> {
  const all = await readRegionOperations();
  if (asked === undefined) return all;
  const name = asked.toLowerCase();
  const found = all.filter(({ service, signingName }) => service === name || signingName === name);
  if (found.length > 0) return found;
  const fix = suggest(
    asked,
    all.map(({ service }) => service),
  );
  throw new ChaosError({ code: 'CLI_USAGE', what: `the region has no service named "${asked}"`, fix });
}

/** One service operation by operation; several by what has behaviour alone, since the whole list is long. */
export function renderOperations(services: readonly ServiceOperations[], width: number, paint: Paint): string {
  const [only, ...more] = services;
  if (only && more.length === 0) return [heading(only, paint), ...columns(rowsOf(only), '  ')].join('\n');
  const blocks = services.map((service) => [heading(service, paint), ...wrap(known(service), width - 2).map(indent)]);
  return [...blocks.flat(), '', FOOTER].join('\n');
}

const FOOTER =
  'Every other operation answers an error (501) that names it. "chaos region operations SERVICE" lists all.';

const heading = (service: ServiceOperations, paint: Paint) =>
  `${paint.bold(service.service)}  ${behaving(service).length} of ${service.operations.length} operations have behaviour`;

const rowsOf = ({ operations }: ServiceOperations) =>
  operations.map(({ name, behaviour }) => [name, behaviour ? 'behaviour' : '501']);

const behaving = ({ operations }: ServiceOperations) => operations.filter(({ behaviour }) => behaviour);

const known = (service: ServiceOperations) =>
  behaving(service)
    .map(({ name }) => name)
    .join(', ');

const indent = (line: string) => `  ${line}`;
