import { isIP } from 'node:net';
import { type AwsService, OPERATIONS } from '../../src/aws/calls.ts';
import { holdTenure } from '../../src/host/tenure.ts';
import type { Call } from '../../src/kernel/call.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { type FacilityOperation, isFacilityRead, type Tenure } from '../../src/kernel/facility.ts';
import { canonicalJson } from '../../src/kernel/json.ts';
import type {
  Account,
  DnsAnswer,
  DnsQuery,
  ExecAnswer,
  ExecRequest,
  HttpAnswer,
  HttpRequest,
  TcpAnswer,
  TcpAttempt,
  WritePort,
} from '../../src/kernel/ports.ts';
import { createWorld } from '../../src/region/create-world.ts';
import { Fault } from '../../src/region/services/fault.ts';
import type { World } from '../../src/region/world.ts';
import { SimMachine } from './sim-machine.ts';
import { RESOLVER } from './sim-names.ts';
import { SimPlane } from './sim-plane.ts';
import { blueprintOf, type Scene, seeded } from './sim-scene.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface SimOptions extends Scene {
  readonly kind?: 'embedded' | 'host';
  /** On an account of kind host: the files that name a process each. */
  readonly pidFiles?: readonly string[];
  readonly clock?: VirtualClock;
  /** What programs do that are run. Default: they succeed and say nothing. */
  readonly program?: (request: ExecRequest) => ExecAnswer;
}

/** A call that reached the account, with whether it came by `read` or `write`. */
export interface Recorded {
  readonly by: 'read' | 'write';
  readonly call: Call;
  readonly atMs: number;
}

/** A call with the tenure that a real one carries in a header. */
interface Stamped extends Call {
  readonly tenure?: Tenure;
}

/** The port of one process: what it writes to the account carries the tenure under which that process holds the lease. */
export function ofProcess(port: WritePort): WritePort {
  const held = holdTenure();
  return {
    ...port,
    write: async (call, signal) => {
      const tenure = call.operation === 'AcquireLease' || call.service === 'command' ? undefined : held.current();
      const stamped: Stamped & typeof call = { ...call, ...(tenure && { tenure }) };
      const answer = await port.write(stamped, signal);
      held.note(call, answer);
      return answer;
    },
  };
}

/** Milliseconds that a call, a connection or a query takes. */
const TRIP_MS = 2;

/** A health check that no blueprint can describe. */
const SHOP_CHECK = {
  CallerReference: 'scene',
  HealthCheckConfig: { Type: 'HTTP', FullyQualifiedDomainName: 'shop.example', Port: 80, ResourcePath: '/healthz' },
};

/** Builds a simulated account: the region's own services in virtual time, every instance ready. */
export const build = (scene: SimOptions = {}): SimPort => new SimPort(scene);

/** A `WritePort` to a world without sockets, processes or real time. */
export class SimPort implements WritePort {
  readonly clock: VirtualClock;
  readonly account: Account;
  readonly world: World;
  readonly plane: SimPlane;
  readonly machine: SimMachine;
  readonly recorded: Recorded[] = [];
  /** The key that signs its calls: that of the region itself, which may do everything. */
  accessKeyId = 'SIM';
  readonly #program: (request: ExecRequest) => ExecAnswer;

  constructor(options: SimOptions) {
    this.clock = options.clock ?? new VirtualClock();
    const random = seeded(options.seed ?? 1);
    const blueprint = blueprintOf(options);
    const instance = `sim-${options.seed ?? 1}`;
    const wallMs = () => this.clock.wallMs();
    this.world = createWorld({ blueprint, name: 'sim', wallMs, random, accountId: '123456789012', instance });
    this.world.call('route-53', 'CreateHealthCheck', SHOP_CHECK, { accessKeyId: 'SIM', requestId: 'r' });
    this.plane = new SimPlane(this.world, this.clock, blueprint.nameServers, random);
    this.machine = new SimMachine(this.clock, options.pidFiles ?? []);
    this.#program = options.program ?? (() => ({ exitCode: 0, stdout: '', stderr: '' }));
    const embedded = { resolver: RESOLVER, nameServers: this.plane.names.nameServers };
    this.account = {
      kind: options.kind ?? 'embedded',
      name: 'sim',
      instance,
      region: blueprint.region,
      consistencyMs: 0,
      latenessMs: 1_000,
      attestation: 'data plane',
      ...(options.kind === 'host' ? { nameServers: [] } : embedded),
    };
  }

  async read<O>(call: Call<O>, signal: AbortSignal): Promise<O> {
    if (!isRead(call)) throw new Error(`${call.service}:${call.operation} writes, and was asked of a port that reads`);
    return this.#send(call, 'read', signal);
  }

  async write<O>(call: Call<O>, signal: AbortSignal): Promise<O> {
    return this.#send(call, 'write', signal);
  }

  /** What a fault could leave harmed, as text that compares. */
  state(): string {
    return canonicalJson({ region: this.world.facility('DescribeState', {}).state, machine: this.machine.state() });
  }

  async dns(query: DnsQuery, signal: AbortSignal): Promise<DnsAnswer> {
    if (!(await this.#trip(signal))) return { code: 'TIMEOUT', answers: [] };
    return this.plane.names.ask(query);
  }

  async tcp({ host, port, expectBytes, timeoutMs }: TcpAttempt, signal: AbortSignal): Promise<TcpAnswer> {
    const address = await this.#addressOf(host, signal);
    if (typeof address !== 'string') return { connected: false, bytes: 0, error: address.error };
    const reached = (await this.#trip(signal)) ? this.plane.reach(address, port) : 'silent';
    if (reached === 'answers') return { connected: true, bytes: expectBytes ? 64 : 0 };
    if (reached === 'silent') {
      if (!expectBytes) return { connected: true, bytes: 0 };
      await this.#silence(timeoutMs, signal);
      return { connected: true, bytes: 0, error: 'TIMEOUT' };
    }
    return { connected: false, bytes: 0, error: reached === 'refused' ? 'ECONNREFUSED' : 'EHOSTUNREACH' };
  }

  async http({ url, timeoutMs }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { hostname, port } = new URL(url);
    const failed = (error: string): HttpAnswer => ({ headers: {}, body: '', error });
    const address = await this.#addressOf(hostname, signal);
    if (typeof address !== 'string') return failed(address.error);
    const reached = (await this.#trip(signal)) ? this.plane.reach(address, Number(port || 80)) : 'silent';
    if (reached === 'silent') {
      await this.#silence(timeoutMs, signal);
      return failed('TIMEOUT');
    }
    if (reached !== 'answers') return failed(reached === 'refused' ? 'ECONNREFUSED' : 'EHOSTUNREACH');
    const status = port === '' || port === '80' ? this.plane.statusAt(address) : 200;
    if (status === 504) await this.#silence(Math.min(timeoutMs, 1_000), signal);
    return { status, headers: {}, body: '' };
  }

  async exec(command: ExecRequest, signal: AbortSignal): Promise<ExecAnswer> {
    return (await this.#trip(signal)) ? this.#program(command) : { stdout: '', stderr: '', error: 'TIMEOUT' };
  }

  async #send<O>(call: Call<O>, by: Recorded['by'], signal: AbortSignal): Promise<O> {
    await this.clock.sleep(TRIP_MS, signal);
    this.recorded.push({ by, call, atMs: this.clock.nowMs() });
    try {
      return structuredClone(this.#answer(call)) as O;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const server = (error.status ?? 400) >= 500 && error.status !== 501;
      throw new CallError(error.code, error.message, { retryable: server, ambiguous: server });
    } finally {
      this.plane.settle();
    }
  }

  #answer({ service, operation, input, tenure }: Stamped): unknown {
    const given = JSON.parse(JSON.stringify(input));
    const caller = { accessKeyId: this.accessKeyId, requestId: 'r', ...(tenure && { tenure }) };
    if (service === 'process') return this.#ofMachine(operation, given);
    if (service === 'command') return this.#run(given);
    if (service !== 'facility') return this.world.call(service, operation, given, caller);
    if (operation !== 'DescribeRoute' && operation !== 'SignalProcess')
      return this.world.facility(operation as FacilityOperation, given, caller);
    this.world.admit(operation, caller);
    if (operation === 'DescribeRoute') return { route: { address: '127.0.0.1', port: given.port } };
    const refused = this.plane.signal(given);
    if (refused !== undefined) throw new Fault('Refused', refused, 409);
    return {};
  }

  #ofMachine(operation: string, input: { pidFile: string; pid: number; startTime: string; signal: string }): unknown {
    if (operation === 'DescribePidFile') return this.machine.describePidFile(input.pidFile);
    if (operation === 'DescribeProcess') return this.machine.describe(input);
    this.machine.signal(input);
    return {};
  }

  #run(request: ExecRequest): ExecAnswer {
    const answer = this.#program(request);
    if (answer.exitCode === 0) return answer;
    throw new CallError('CommandFailed', `"${request.command.join(' ')}" exited with ${answer.exitCode}`, {
      ambiguous: true,
    });
  }

  async #addressOf(host: string, signal: AbortSignal): Promise<string | { error: string }> {
    if (isIP(host)) return host;
    const { code, answers } = await this.dns({ name: host, type: 'A', timeoutMs: 1_000 }, signal);
    const address = answers.find(({ type }) => type === 'A')?.data;
    return address ?? { error: code === 'NXDOMAIN' ? 'ENOTFOUND' : code === 'NOERROR' ? 'NO DATA' : code };
  }

  /** Waits for a trip over the network; false when the signal ended it. */
  #trip(signal: AbortSignal): Promise<boolean> {
    return this.#silence(TRIP_MS, signal);
  }

  #silence(ms: number, signal: AbortSignal): Promise<boolean> {
    return this.clock.sleep(ms, signal).then(
      () => true,
      () => false,
    );
  }
}

function isRead({ service, operation }: Call): boolean {
  if (service === 'facility') return isFacilityRead(operation);
  if (service === 'process') return operation !== 'Signal';
  const operations: Readonly<Record<string, string>> | undefined = OPERATIONS[service as AwsService];
  return operations?.[operation] === 'read';
}
