import { spawn } from 'node:child_process';
import { platform } from 'node:process';
import { expect, test } from 'vitest';
import { createCpuMeter } from '../../../../src/region/plane/supervisor/cpu.ts';

test.runIf(platform === 'linux')('a process that computes is busy, one that waits is not', async () => {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const idle = spawn('sleep', ['30'], { stdio: 'ignore' });
  try {
    const processes = [
      { instanceId: 'busy', pid: busy.pid ?? 0 },
      { instanceId: 'idle', pid: idle.pid ?? 0 },
      { instanceId: 'gone', pid: 2 ** 30 },
    ];
    const meter = createCpuMeter(() => performance.now());
    expect(await meter.take(processes)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [first, second, ...others] = await meter.take(processes);
    expect([first?.instanceId, second, others]).toEqual(['busy', { instanceId: 'idle', percent: 0 }, []]);
    expect(first?.percent).toBeGreaterThan(10);
    expect(first?.percent).toBeLessThanOrEqual(100);
  } finally {
    busy.kill('SIGKILL');
    idle.kill('SIGKILL');
  }
});
