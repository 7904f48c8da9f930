import path from 'node:path';
import type { Desired, DesiredInstance, DesiredScript, Observed } from '../../contract.ts';
import { type Reaper, startReaper } from './reaper.ts';
import { type ScriptProcess, startScript } from './script-process.ts';
import { sweep } from './strays.ts';

export interface ScriptsOptions {
  readonly folder: string;
  /** What the process of the instance is told. */
  readonly environment: (instance: DesiredInstance) => Promise<Record<string, string>>;
  readonly report: (fact: Observed) => void;
}

/** A script that was begun: of what life of its instance, and its process once that is there. */
interface Begun {
  readonly generation: number;
  isWanted: boolean;
  process?: ScriptProcess;
  readonly over: Promise<void>;
}

/** What goes on of a script that has ended: it is the instance's, and ends with that. */
interface Left {
  readonly instanceId: string;
  readonly generation: number;
  readonly mark: string;
}

/**
 * Runs the scripts that were sent to instances, each once, and ends those that are no longer wanted: taken back, too slow, or
 * in an instance that is not to run any more.
 */
export class Scripts {
  readonly #options: ScriptsOptions;
  readonly #begun = new Map<string, Begun>();
  readonly #reaper: Reaper = startReaper();
  #left: readonly Left[] = [];
  #isOver = false;

  constructor(options: ScriptsOptions) {
    this.#options = options;
  }

  /** Resolves when those that must end are gone. */
  async apply(desired: Desired): Promise<void> {
    const dark = new Set(desired.zones.filter(({ power }) => power === 'off').map(({ zoneId }) => zoneId));
    const running = desired.instances.filter(({ run, zoneId }) => run === 'running' && !dark.has(zoneId));
    const wanted = new Map(
      running.flatMap((instance) =>
        (instance.scripts ?? []).map((script) => [keyOf(instance, script), { instance, script }]),
      ),
    );
    const ending: Promise<void>[] = this.#sweepLeft(running);
    for (const [key, begun] of this.#begun) {
      if (wanted.has(key)) continue;
      this.#begun.delete(key);
      ending.push(stop(begun));
    }
    for (const [key, { instance, script }] of wanted) if (!this.#begun.has(key)) this.#begin(key, instance, script);
    await Promise.all(ending);
  }

  /** Ends all of them; resolves when they are gone. */
  async shutdown(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#begun.values()].map(stop));
    await Promise.all(this.#sweepLeft([]));
    this.#reaper.end();
  }

  /** Ends what scripts left in instances that do not run any more, or not as they did then. */
  #sweepLeft(running: readonly DesiredInstance[]): Promise<void>[] {
    if (this.#left.length === 0) return [];
    const generations = new Map(running.map(({ instanceId, generation }) => [instanceId, generation]));
    const isOver = ({ instanceId, generation }: Left) => generations.get(instanceId) !== generation;
    const over = this.#left.filter(isOver);
    this.#left = this.#left.filter((left) => !isOver(left));
    return over.map(({ mark }) => sweep(mark));
  }

  #begin(key: string, instance: DesiredInstance, script: DesiredScript): void {
    const { promise, resolve } = later();
    const begun: Begun = { generation: instance.generation, isWanted: true, over: promise };
    this.#begun.set(key, begun);
    void this.#run(begun, instance, script).finally(resolve);
  }

  async #run(begun: Begun, instance: DesiredInstance, { commandId, text, cwd }: DesiredScript): Promise<void> {
    const { instanceId, generation, launch } = instance;
    const { CHAOS_INSTANCE: mark, ...env } = await this.#options.environment(instance);
    if (isGivenUp(begun)) return;
    // The end of the instance's process, which may be the script's own doing, is not the end of the script.
    const own = mark === undefined ? undefined : `${mark}/scripts/${commandId}`;
    begun.process = startScript({
      text,
      cwd: cwd ?? launch.cwd,
      env: {
        ...env,
        ...(own !== undefined && { CHAOS_INSTANCE: own }),
        AWS_SSM_INSTANCE_ID: instanceId,
        AWS_SSM_REGION_NAME: env.AWS_REGION ?? '',
      },
      folder: path.join(this.#options.folder, 'scripts', `${commandId}.${instanceId}`),
      reaper: this.#reaper,
    });
    const { isLeft, ...end } = await begun.process.ended;
    if (isLeft && own !== undefined) {
      if (isGivenUp(begun)) await sweep(own);
      else this.#left = [...this.#left, { instanceId, generation, mark: own }];
    }
    const fact = { type: 'script' as const, commandId, instanceId, generation, ...end };
    if (!this.#isOver) this.#options.report({ ...fact, ...(isGivenUp(begun) && { isStopped: true }) });
  }
}

/** Whether it is no longer wanted by now. */
const isGivenUp = ({ isWanted }: Begun): boolean => !isWanted;

async function stop(begun: Begun): Promise<void> {
  begun.isWanted = false;
  begun.process?.kill();
  await begun.over;
}

const keyOf = ({ instanceId, generation }: DesiredInstance, { commandId }: DesiredScript): string =>
  `${commandId} ${instanceId} ${generation}`;

function later(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
