import junit from 'junit-report-builder';
import { visible } from '../kernel/visible.ts';
import type { RunReading } from './reading.ts';

/** The package's types speak of a default export inside the default import; at run time there is only one. */
const newBuilder = () => (junit as unknown as typeof junit.default).newBuilder();

/**
 * JUnit XML: one suite for each experiment, one case for each probe in each phase and one for each injection, so that a
 * CI system lists what failed by name. `held` passes; a finding is a failure; everything else is an error.
 */
export function renderJunit(runs: readonly RunReading[]): string {
  const builder = newBuilder();
  for (const run of runs) {
    const suite = builder.testSuite().name(legal(run.title || run.file || 'experiment'));
    if (run.startedAt !== '') suite.timestamp(run.startedAt);
    suite.time(run.tookMs / 1_000);
    for (const { name, failure, error, skipped, output } of casesOf(run)) {
      const testCase = suite.testCase().className(legal(run.file)).name(legal(name));
      if (failure !== undefined) testCase.failure(legal(failure));
      if (error !== undefined) testCase.error(legal(error));
      if (skipped) testCase.skipped();
      if (output !== undefined) testCase.standardOutput(legal(output));
    }
  }
  return builder.build();
}

interface Case {
  readonly name: string;
  readonly failure?: string;
  readonly error?: string;
  readonly skipped?: boolean;
  readonly output?: string;
}

function casesOf(run: RunReading): Case[] {
  const probes = run.verdicts.map(({ probe, phase, verdict, good, samples, reasons }): Case => {
    const said = [`${good} of ${samples} samples good`, ...reasons].join('\n');
    const name = `${probe}, ${phase}`;
    if (verdict === 'held') return { name, output: said };
    return verdict === 'deviated' ? { name, failure: said } : { name, error: `${verdict}: ${said}` };
  });
  const injections = run.injections.map((injection): Case => {
    const { fault, means, target, attested, restored, captured, failure, state } = injection;
    const name = `${fault} on ${target}`;
    if (state === 'planned') return { name, skipped: true };
    if (captured && restored === undefined) return { name, error: `not restored: ${failure ?? 'unknown'}` };
    // What a program of the author does, nobody knows how to observe.
    if (attested === undefined && failure === undefined && means === 'command') return { name };
    if (attested === undefined) return { name, error: failure ?? 'its effect was not observed' };
    return attested.bites ? { name, output: attested.evidence } : { name, error: attested.evidence };
  });
  return [verdictCase(run), ...probes, ...injections];
}

function verdictCase({ end, runId, problems }: RunReading): Case {
  const said = [`run ${runId}`, end?.why ?? 'the run has no end in its journal', ...problems.map(({ what }) => what)];
  const name = `verdict: ${end?.outcome ?? 'none'}`;
  if (end?.outcome === 'held') return { name, output: said.join('\n') };
  return end?.outcome === 'deviated' ? { name, failure: said.join('\n') } : { name, error: said.join('\n') };
}

/** What XML 1.0 cannot hold, not even by reference, besides control characters: those are shown, as everywhere. */
const ILLEGAL = /[\uFFFE\uFFFF]|[\uD800-\uDFFF]/gu;

const legal = (text: string): string => visible(text).replace(ILLEGAL, '');
