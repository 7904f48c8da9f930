import type { ProbeUse, Tolerance } from '../experiment/experiment.ts';
import { FILES } from '../journal/folder.ts';
import type { Catalog, Probe } from '../kernel/define.ts';
import { ChaosError } from '../kernel/errors.ts';
import type { Files, ReadPort } from '../kernel/ports.ts';
import type { Redact } from '../kernel/redact.ts';
import type { Progress } from './api.ts';
import type { Histogram } from './histogram.ts';
import { type Label, observeOpenLoop } from './probing.ts';
import type { Recovery } from './recovery.ts';
import { count, newTally, type Sample, type Tally } from './tally.ts';

export interface SamplerOptions {
  readonly catalog: Catalog;
  readonly host: ReadPort;
  readonly files: Files;
  readonly folder: string;
  /** Applied to what a probe says before it goes to disk. */
  readonly redact: Redact;
}

type WatchedProbe = {
  readonly use: ProbeUse;
  readonly tallies: Record<Label, Tally>;
  recovery: { readonly of: Recovery; next: number } | undefined;
  /** Since the last progress was told. */
  recent: { samples: number; good: number };
};

/** Measures: runs the probes, counts their samples by the part of the run they belong to, streams them to disk. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #newHistogram: () => Histogram;
  readonly #watched: WatchedProbe[] = [];
  readonly #marks: { readonly atMs: number; readonly label: Label }[];
  readonly #unanswered = new Map<Label, number>();
  #waiting: { readonly label: Label; readonly resolve: () => void }[] = [];
  #lines: string[] = [];
  readonly #startMs: number;

  private constructor(options: SamplerOptions, newHistogram: () => Histogram) {
    this.#options = options;
    this.#newHistogram = newHistogram;
    this.#startMs = options.host.clock.nowMs();
    this.#marks = [{ atMs: -Infinity, label: 'baseline' }];
  }

  static async open(options: SamplerOptions): Promise<Sampler> {
    const { newHistogram } = await import('./histogram.ts');
    return new Sampler(options, newHistogram);
  }

  /** Begins to observe. Samples of `watch`ed uses, the stop conditions, are handed on and not kept for a verdict. */
  async start(uses: readonly ProbeUse[], signal: AbortSignal, watch?: (use: ProbeUse) => (sample: Sample) => void) {
    for (const use of uses) {
      const probe = await this.#load(use);
      const handOn = watch?.(use);
      const watched = this.#newWatched(use);
      if (!handOn) this.#watched.push(watched);
      const loop = observeOpenLoop({
        use,
        probe,
        host: this.#options.host,
        signal,
        labelAt: (atMs) => this.#labelAt(atMs),
        due: (label) => {
          const take = this.#due(watched, label);
          return (sample) => {
            take(sample);
            handOn?.(sample);
          };
        },
      });
      loop.catch(() => {});
    }
  }

  /** From now on, samples belong to this part of the run. */
  mark(label: Label): void {
    this.#marks.push({ atMs: this.#options.host.clock.nowMs(), label });
  }

  /** Resolves once every sample of that part has been answered or has run out of time. */
  drained(label: Label): Promise<void> {
    if ((this.#unanswered.get(label) ?? 0) === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ label, resolve }));
  }

  tally(use: ProbeUse, label: Label): Tally | undefined {
    return this.#watched.find((one) => one.use === use)?.tallies[label];
  }

  /** Counts samples anew, by that tolerance: for a phase whose beginning is known only afterwards. */
  countAgain(use: ProbeUse, samples: readonly Sample[], tolerance: Tolerance): Tally {
    const tally = newTally(tolerance, this.#newHistogram);
    for (const sample of samples) count(tally, sample, tolerance, use.timeoutMs);
    return tally;
  }

  /** Hands the samples of the recovery, numbered from 0, to whoever finds out when the probe is back. */
  follow(use: ProbeUse, recovery: Recovery): void {
    const watched = this.#watched.find((one) => one.use === use);
    if (watched) watched.recovery = { of: recovery, next: 0 };
  }

  /** What the probes say just now. Counts since the last time are told as recent. */
  progress(): Progress['probes'] {
    const label = this.#marks.at(-1)?.label ?? 'baseline';
    return this.#watched.map((watched) => {
      const { use, tallies, recent } = watched;
      watched.recent = { samples: 0, good: 0 };
      const { samples, good, latencies } = tallies[label];
      const p99Ms = samples === 0 ? null : latencies.at(0.99);
      return { name: use.name, samples, good, recentSamples: recent.samples, recentGood: recent.good, p99Ms };
    });
  }

  /** Why samples were not written; undefined while all were. */
  failure: string | undefined;

  /** Writes what was sampled since the last time. A disk that is full costs samples, never the run. */
  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    await this.#options.files.append(`${this.#options.folder}/${FILES.samples}`, text).catch((error: unknown) => {
      this.failure ??= error instanceof Error ? error.message : String(error);
    });
  }

  #labelAt(atMs: number): Label {
    return this.#marks.findLast((mark) => mark.atMs <= atMs)?.label ?? 'baseline';
  }

  async #load(use: ProbeUse): Promise<Probe> {
    const entry = this.#options.catalog.probes.find(({ id }) => id === use.probe);
    if (entry) return entry.load();
    const fix = 'run "chaos probe list" to see all probes';
    throw new ChaosError({ code: 'SPEC_UNKNOWN_PROBE', what: `no probe named "${use.probe}"`, where: use.place, fix });
  }

  #newWatched(use: ProbeUse): WatchedProbe {
    const tally = () => newTally(use.tolerance, this.#newHistogram);
    const during = newTally(use.during ?? use.tolerance, this.#newHistogram);
    const tallies = { baseline: tally(), between: tally(), during, recovery: tally() };
    return { use, tallies, recovery: undefined, recent: { samples: 0, good: 0 } };
  }

  #due(watched: WatchedProbe, label: Label): (sample: Sample) => void {
    this.#unanswered.set(label, (this.#unanswered.get(label) ?? 0) + 1);
    const { recovery } = watched;
    const index = label === 'recovery' && recovery ? recovery.next++ : undefined;
    return (sample) => {
      this.#count(watched, label, sample);
      if (index !== undefined) recovery?.of.set(index, sample);
      const left = (this.#unanswered.get(label) ?? 1) - 1;
      this.#unanswered.set(label, left);
      if (left > 0) return;
      for (const { resolve } of this.#waiting.filter((one) => one.label === label)) resolve();
      this.#waiting = this.#waiting.filter((one) => one.label !== label);
    };
  }

  #count({ use, tallies, recent }: WatchedProbe, label: Label, sample: Sample): void {
    const tolerance = label === 'during' ? (use.during ?? use.tolerance) : use.tolerance;
    count(tallies[label], sample, tolerance, use.timeoutMs);
    recent.samples++;
    if (sample.bad === undefined) recent.good++;
    this.#lines.push(this.#line(use, label, sample));
  }

  #line({ name }: ProbeUse, label: Label, { atMs, latencyMs, bad }: Sample): string {
    const [t, ms] = [Math.round(atMs - this.#startMs), Number(latencyMs.toFixed(2))];
    return JSON.stringify({
      t,
      probe: name,
      part: label,
      ok: bad === undefined,
      ms,
      ...(bad !== undefined && { bad: this.#options.redact(bad) }),
    });
  }
}
