import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Set where everything has been installed that figures are compared with: what is missing there is a mistake. */
const MUST_BE_THERE = process.env.CHAOS_BENCH_ALL === '1';
const UP_WITHIN_MS = 5_000;

/** The Python that has a module, that of CHAOS_PYTHON or `python3`; undefined when it has not. */
export function hasModule(module: string): string | undefined {
  const python = process.env.CHAOS_PYTHON ?? 'python3';
  const isThere = spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
  return isThere ? python : lacks(`the module "${module}" of "${python}"`);
}

/** Where a program is; undefined when it is not installed. Daemons stand in `/usr/sbin`, where not every PATH leads. */
export function programOf(name: string): string | undefined {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
  return stdout.trim() || lacks(`"${name}"`);
}

function lacks(what: string): undefined {
  if (MUST_BE_THERE) throw new Error(`${what} is not installed`);
  return undefined;
}

/** A port of the loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  server.close();
  await once(server, 'close');
  return typeof at === 'object' && at ? at.port : 0;
}

/** Waits until something accepts on that port of the loopback. */
export async function listening(port: number): Promise<void> {
  const untilMs = performance.now() + UP_WITHIN_MS;
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
    if (performance.now() > untilMs) throw new Error(`nothing listens on port ${port}`);
    await sleep(50);
  }
}
