import { createLogUpdate } from 'log-update';
import type { Progress, RunEvent } from '../engine/api.ts';
import { renderDuration } from '../kernel/units.ts';
import { oneLine } from '../kernel/visible.ts';
import { lineRenderer, PHASE_MEANING, stamp } from '../report/lines.ts';
import { count, latency, type Paint, padEnd, padStart, shorten, widthOf } from '../report/text.ts';
import { forTerminal, tell } from './terminal.ts';

/** What shows a run while it goes on. */
export interface Display {
  readonly show: (event: RunEvent) => void;
  /** Says something that stays. */
  readonly say: (line: string) => void;
  /** Takes the live part away; what was said stays. */
  end(): void;
}

/** The part of a terminal that is needed, so that a test can be one. */
export type LiveStream = NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };

/** How often a silent run says that it lives, when it is not shown live: some CI systems end a silent job. */
const HEARTBEAT_MS = 10_000;

/** Plain lines: one for each thing that happens, and a heartbeat. */
export function plainDisplay(write: (line: string) => void): Display {
  const lineOf = lineRenderer();
  let spokeAtMs = 0;
  return {
    show: (event) => {
      if (event.type === 'progress') {
        const { elapsedMs } = event.progress;
        if (elapsedMs < spokeAtMs) spokeAtMs = 0;
        if (elapsedMs - spokeAtMs < HEARTBEAT_MS) return;
        spokeAtMs = elapsedMs;
        write(`[${stamp(elapsedMs)}] ${renderHeartbeat(event.progress)}`);
        return;
      }
      const line = lineOf(event.entry);
      if (line !== undefined) write(line);
    },
    say: write,
    end: () => {},
  };
}

/** A part of the terminal that redraws itself, with the lines of what happened above it. */
export function liveDisplay(stream: LiveStream, paint: Paint): Display {
  // The cursor stays visible: hiding it would bring in a library that re-raises signals.
  const update = createLogUpdate(stream, { showCursor: true });
  const lineOf = lineRenderer();
  let frame: Progress | undefined;
  const draw = () => {
    if (frame) update(forTerminal(renderLive(frame, stream.columns ?? 80, paint).join('\n')));
  };
  // Written whole: the terminal wraps it, and nothing that stays is cut to a width or a height.
  const say = (line: string) => {
    update.clear();
    tell(stream, line);
    draw();
  };
  return {
    show: (event) => {
      if (event.type === 'progress') {
        frame = event.progress;
        draw();
        return;
      }
      const line = lineOf(event.entry);
      if (line !== undefined) say(line);
    },
    say,
    end: () => {
      frame = undefined;
      update.clear();
      update.done();
    },
  };
}

/** The run at this moment, in lines that fit: its phase and time left, each probe, each fault in place. */
export function renderLive(progress: Progress, width: number, paint: Paint): string[] {
  const meaning = PHASE_MEANING[progress.phase as keyof typeof PHASE_MEANING];
  const head = describePhase(progress);
  const full = `${head}: ${meaning}`;
  const explained = meaning === undefined || widthOf(full) >= width ? head : full;
  const [showsAll, showsLatency] = [width >= 60, width >= 80];
  const room = Math.max(6, Math.min(32, width - (showsLatency ? 58 : showsAll ? 45 : 24)));
  const probes = progress.probes.map(({ name, good, samples, recentGood, recentSamples, p99Ms }) => {
    const share = recentSamples === 0 ? '' : `${Math.floor((100 * recentGood) / recentSamples)}%`;
    const failing = recentGood < recentSamples;
    const now = (failing ? paint.bad : paint.good)(padStart(share, 5));
    const recent = padStart(recentSamples === 0 ? '' : `${recentGood}/${recentSamples} now`, 13);
    const cells = [padEnd(shorten(name, room), room), now, recent];
    if (showsAll) cells.push(padStart(`${good}/${samples} in all`, 20));
    if (showsLatency && p99Ms !== null) cells.push(`p99 ${latency(p99Ms)}`);
    return `  ${cells.join(' ')}`;
  });
  const faults = progress.faults.map(({ fault, target, state, remainingMs }) => {
    const left = remainingMs === null || remainingMs === 0 ? '' : `, ${renderDuration(upToSecond(remainingMs))} left`;
    const text = {
      'in place': `  in place: ${fault} on ${target}${left}`,
      restoring: `  in place, being restored: ${fault} on ${target}`,
      'not restored': `  NOT RESTORED: ${fault} on ${target}`,
    }[state];
    return (state === 'not restored' ? paint.bad : paint.warn)(shorten(text, width - 1));
  });
  return [paint.bold(shorten(explained, width - 1)), ...probes, ...faults];
}

/** The run at this moment, in one line. */
export function renderHeartbeat(progress: Progress): string {
  const { probes, faults } = progress;
  const measured = probes.map(({ name, good, samples }) => `${oneLine(name)} ${good}/${samples}`).join(', ');
  const parts = [describePhase(progress), measured];
  const failed = faults.filter(({ state }) => state === 'not restored').length;
  const notRestored = failed > 0 ? ` (NOT RESTORED: ${failed})` : '';
  return [...parts, `${count(faults.length, 'fault')} in place${notRestored}`].filter((part) => part !== '').join('; ');
}

/** Before there is a plan, and past its time, nothing is claimed of the time left. */
const describePhase = ({ phase, remainingMs }: Progress): string =>
  remainingMs > 0 ? `${phase}, at most ${renderDuration(upToSecond(remainingMs))} left` : phase;

const upToSecond = (ms: number): number => Math.ceil(ms / 1_000) * 1_000;
