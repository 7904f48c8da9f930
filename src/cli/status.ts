import { listRegions } from '../host/region-file.ts';
import { oneLine } from '../kernel/visible.ts';
import { columns, type Paint } from '../report/text.ts';
import { files } from './machine.ts';
import { type RunRow, renderRuns, rowOf } from './run-table.ts';
import { listRuns, needsRecovery } from './runs.ts';

/** What `chaos status --json` prints. */
export interface Status {
  readonly v: 1;
  readonly home: string;
  readonly regions: readonly { readonly name: string; readonly endpoint: string; readonly pid: number }[];
  readonly running: readonly RunRow[];
  /** Dead runs that need "chaos recover". */
  readonly harmed: readonly RunRow[];
}

export async function readStatus(home: string): Promise<Status> {
  const runs = await listRuns(home, files);
  const regions = await listRegions(home);
  return {
    v: 1,
    home,
    regions: regions.map(({ name, endpoint, pid }) => ({ name, endpoint, pid })),
    running: runs.filter(({ isAlive }) => isAlive).map(rowOf),
    harmed: runs.filter((run) => run.harmed.length > 0 && needsRecovery(run)).map(rowOf),
  };
}

export function renderStatus({ regions, running, harmed, home }: Status, paint: Paint): string {
  const sections = [
    regions.length > 0
      ? [
          paint.bold('Regions'),
          ...columns(
            regions.map((r) => [r.name, r.endpoint, `pid ${r.pid}`]),
            '  ',
          ),
        ]
      : ['No region is up.'],
    running.length > 0 ? [paint.bold('Runs that go on'), renderRuns(running, paint)] : ['No run goes on.'],
    harmed.length > 0
      ? [
          paint.bad('Left harmed by dead runs'),
          ...harmed.map(
            (row) => `  ${row.runId}: ${oneLine(row.harmed.join(', '))}; restore with: chaos recover ${row.runId}`,
          ),
        ]
      : ['Nothing is left harmed.'],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n')}\n${paint.dim(`home: ${home}`)}`;
}
