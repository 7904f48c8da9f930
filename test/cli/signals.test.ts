import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { untilSignal, watchSignals } from '../../src/cli/signals.ts';

function watched() {
  const source = new EventEmitter();
  const said: string[] = [];
  let left = 0;
  const watch = watchSignals(
    source,
    (text) => said.push(text),
    () => {
      left += 1;
    },
  );
  return { source, said, watch, timesLeft: () => left };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('the first %s aborts and says what a second one does', (signal) => {
  const { source, said, watch } = watched();
  source.emit(signal);
  expect(watch.control.abort.aborted).toBe(true);
  expect(watch.control.abort.reason).toBe(signal);
  expect(watch.control.leave.aborted).toBe(false);
  expect(said).toEqual([
    `${signal}: ending the run and restoring every target. Once more (Ctrl-C) leaves that to the watchdog.`,
  ]);
});

test('the second signal stops waiting, of whatever kind it is, and says who goes on restoring', () => {
  const { source, said, watch, timesLeft } = watched();
  source.emit('SIGTERM');
  source.emit('SIGINT');
  expect(watch.control.leave.aborted).toBe(true);
  expect(said.at(-1)).toContain('the watchdog goes on restoring');
  expect(timesLeft()).toBe(1);
});

test('the listeners stay after each signal, so that nobody re-raises it', () => {
  const { source } = watched();
  for (let times = 0; times < 5; times++) source.emit('SIGINT');
  expect(source.listenerCount('SIGINT')).toBe(1);
});

test('a stopped watch listens no more', () => {
  const { source, watch } = watched();
  watch.stop();
  expect(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => source.listenerCount(signal))).toEqual([0, 0, 0]);
});

test('following ends with the first signal', () => {
  const source = new EventEmitter();
  const ending = untilSignal(source);
  expect(ending.aborted).toBe(false);
  source.emit('SIGHUP');
  expect(ending.aborted).toBe(true);
});
