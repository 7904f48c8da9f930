import type { FacilityOperation, FacilityOperations } from '../kernel/facility.ts';
import { isFacilityRead } from '../kernel/facility.ts';
import type { Json } from '../kernel/json.ts';
import type { Desired, Observed } from './contract.ts';
import { AUTO_SCALING } from './services/auto-scaling/auto-scaling.ts';
import { buildState } from './services/build-state.ts';
import { CLOUDWATCH } from './services/cloudwatch/cloudwatch.ts';
import { SLEPT_MS, standStill } from './services/dependencies/stand-still.ts';
import { requireStores } from './services/dependencies/stores.ts';
import { desiredOf } from './services/desired.ts';
import { DYNAMODB } from './services/dynamodb/dynamodb.ts';
import { EC2 } from './services/ec2/ec2.ts';
import { ELBV2 } from './services/elbv2/elbv2.ts';
import { FACILITY } from './services/facility/facility.ts';
import { requireFree, requireTenure } from './services/facility/lease.ts';
import { meetTroubles } from './services/facility/troubles.ts';
import { Fault } from './services/fault.ts';
import { authorize } from './services/iam/authorize.ts';
import { IAM } from './services/iam/iam.ts';
import { keyOf } from './services/iam/principal.ts';
import { keptState } from './services/kept-state.ts';
import { observe } from './services/observe.ts';
import { restoredState } from './services/restored-state.ts';
import { ROUTE53 } from './services/route53/route53.ts';
import { runTimer } from './services/run-timer.ts';
import { SECRETS_MANAGER } from './services/secrets-manager/secrets-manager.ts';
import { SQS } from './services/sqs/sqs.ts';
import { SSM } from './services/ssm/ssm.ts';
import type { RegionState } from './services/state.ts';
import type { Step, Steps } from './services/step.ts';
import { STS } from './services/sts/sts.ts';
import { nextTimer, takeDue } from './services/timer.ts';
import type { Caller, World, WorldOptions } from './world.ts';

const SERVICES: Readonly<Record<string, Steps>> = {
  'auto-scaling': AUTO_SCALING,
  cloudwatch: CLOUDWATCH,
  dynamodb: DYNAMODB,
  ec2: EC2,
  'elastic-load-balancing-v2': ELBV2,
  iam: IAM,
  'route-53': ROUTE53,
  'secrets-manager': SECRETS_MANAGER,
  sqs: SQS,
  ssm: SSM,
  sts: STS,
};

/** These change nothing but the stores, which are replaced when they change and are nothing to the data plane. */
const STORE_STEPS: ReadonlySet<Step<never, unknown>> = new Set(
  [DYNAMODB, SECRETS_MANAGER, SQS].flatMap((steps) => Object.values(steps)),
);

const OPERATIONS = Object.entries(SERVICES).flatMap(([service, steps]) =>
  Object.keys(steps).map((operation) => ({ service, operation })),
);

/** Makes the control plane of a region from its blueprint, or goes on from a snapshot. */
export function createWorld(options: WorldOptions): World {
  const state: RegionState =
    options.saved === undefined ? buildState(options) : (structuredClone(options.saved) as unknown as RegionState);
  const changes = watchChanges(state);

  const advance = () => runDue(state, options, changes);
  const { admit, run } = answering(state, options, { advance, changes });

  return {
    call: (service, operation, input, caller) => run(stepOf(service, operation), { service, operation }, input, caller),
    knows: hasBehaviour,
    facility<N extends FacilityOperation>(
      operation: N,
      input: FacilityOperations[N][0],
      caller: Partial<Caller> = {},
    ): FacilityOperations[N][1] {
      if (operation === 'DescribeOperations') {
        admit('facility', operation, input, { ...ITSELF, ...caller });
        return { operations: OPERATIONS } as FacilityOperations[N][1];
      }
      const step = Object.hasOwn(FACILITY, operation) ? FACILITY[operation] : undefined;
      const answer = run(step, { service: 'facility', operation }, input, {
        ...ITSELF,
        ...caller,
      }) as FacilityOperations[N][1];
      return operation === 'DescribeRegion' ? { ...answer, pid: options.pid ?? 0 } : answer;
    },
    meet(service, operation, caller) {
      advance();
      // What is counted there is kept too.
      if (Object.keys(state.troubles).length > 0) changes.noteUnseen();
      requireStores(state, service, operation, caller);
      return meetTroubles(state, service, operation, caller);
    },
    admit: (operation, caller) => admit('facility', operation, {}, { ...ITSELF, ...caller }),
    keyOf: (accessKeyId) => keyOf(state, accessKeyId, options.wallMs()),
    desired() {
      advance();
      return changes.desired();
    },
    observe(fact: Observed) {
      advance();
      observe(state, fact, options.wallMs());
      // Neither the data plane nor what is kept knows anything of it.
      if (fact.type !== 'measured') changes.note();
    },
    advance,
    ...restoring(state, options, { advance, note: changes.note }),
    revision: changes.revision,
    kept: () => keptState(state),
    snapshot: () => JSON.parse(JSON.stringify(state)) as Json,
  };
}

/** Runs every timer that is due. @returns when the next one is. */
function runDue(
  state: RegionState,
  { wallMs, random }: WorldOptions,
  changes: ReturnType<typeof watchChanges>,
): number | undefined {
  const nowMs = wallMs();
  standStill(state, nowMs, SLEPT_MS);
  for (let timer = takeDue(state, nowMs); timer; timer = takeDue(state, nowMs)) {
    if (runTimer(state, timer, random)) changes.note();
    else changes.noteUnseen();
  }
  return nextTimer(state)?.atMs;
}

/** What is done for a call: it is admitted, then its step is made. */
function answering(
  state: RegionState,
  { wallMs, random }: WorldOptions,
  { advance, changes }: { readonly advance: () => void; readonly changes: ReturnType<typeof watchChanges> },
) {
  const admit = (service: string, operation: string, input: unknown, { accessKeyId, tenure }: Caller) => {
    authorize(state, { service, operation, input, accessKeyId }, wallMs());
    requireTenure(state, tenure);
  };
  return {
    admit,
    run(
      step: Step<never, unknown> | undefined,
      { service, operation }: { readonly service: string; readonly operation: string },
      input: unknown,
      caller: Caller,
    ) {
      if (!step) throw new Fault('UnsupportedOperation', `The region has no behaviour for "${operation}".`, 501);
      advance();
      admit(service, operation, input, caller);
      if (!isFacilityRead(operation) && !STORE_STEPS.has(step)) changes.note();
      return changes.noteStores(() => step(state, (input ?? {}) as never, { nowMs: wallMs(), random, caller }));
    },
  };
}

/** Puts the world back to an earlier state, for as long as nobody else holds the account. */
function restoring(
  state: RegionState,
  { wallMs }: WorldOptions,
  { advance, note }: { readonly advance: () => void; readonly note: () => void },
): Pick<World, 'restore' | 'requireFree'> {
  return {
    restore(kept, takenMs, { tenure }) {
      advance();
      const nowMs = wallMs();
      requireFree(state, tenure, nowMs);
      become(state, restoredState(state, kept, { takenMs, nowMs }));
      note();
    },
    requireFree: ({ tenure }) => requireFree(state, tenure, wallMs()),
  };
}

/** One object stands for the state as long as the world does. */
function become(state: RegionState, next: RegionState): void {
  for (const part of Object.keys(state)) Reflect.deleteProperty(state, part);
  Object.assign(state, next);
}

/** Remembers what the data plane is to do for as long as nothing has changed. */
function watchChanges(state: RegionState) {
  let shown: { readonly desired: Desired; readonly text: string } | undefined;
  let changed = true;
  let revision = 0;
  return {
    note() {
      changed = true;
      revision++;
    },
    /** Something changed that is nothing to the data plane. */
    noteUnseen: () => void revision++,
    /** The stores tell by themselves whether they changed. */
    noteStores<T>(act: () => T): T {
      const { stores } = state;
      try {
        return act();
      } finally {
        if (state.stores !== stores) revision++;
      }
    },
    revision: () => revision,
    desired(): Desired {
      if (!shown || changed) {
        const desired = desiredOf(state);
        const text = JSON.stringify(desired);
        if (shown?.text !== text) shown = { desired: JSON.parse(text) as Desired, text };
        changed = false;
      }
      return shown.desired;
    },
  };
}

/** Whether an operation does something here; the others answer a modelled 501. */
export const hasBehaviour = (service: string, operation: string): boolean => stepOf(service, operation) !== undefined;

/** The region itself. */
const ITSELF: Caller = { accessKeyId: '', requestId: '' };

function stepOf(service: string, operation: string): Step<never, unknown> | undefined {
  const steps = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  return steps && Object.hasOwn(steps, operation) ? steps[operation] : undefined;
}
