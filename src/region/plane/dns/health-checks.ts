import http from 'node:http';
import net from 'node:net';
import type { Address } from '../../../kernel/ports.ts';
import type { Observed } from '../../contract.ts';
import type { DesiredHealthCheck } from '../../desired-health-check.ts';
import { type Opinion, opinionAfter } from './opinion.ts';

export interface HealthCheckOptions {
  /** The way to a place of the VPC as from outside it; undefined when nothing is there. */
  readonly reach: (address: string, port: number) => Promise<Address | undefined>;
  /** The addresses of a name. */
  readonly addresses: (name: string) => Promise<readonly string[]>;
  readonly report: (fact: Observed) => void;
}

interface Checking {
  check: DesiredHealthCheck;
  readonly probed: string;
  opinion: Opinion;
  told: string;
  timer?: NodeJS.Timeout;
  ended: boolean;
}

/** How long a probe may take, whatever it probes. */
const PROBE_MS = 1_000;

/** The checker of Route 53's health checks: probes what they name, and tells name servers whom to pass over. */
export class HealthChecks {
  readonly #options: HealthCheckOptions;
  readonly #checking = new Map<string, Checking>();

  constructor(options: HealthCheckOptions) {
    this.#options = options;
  }

  /** A check whose place has changed is begun anew; until the first look it passes. */
  apply(checks: readonly DesiredHealthCheck[]): void {
    const wanted = new Map(checks.map((check) => [check.id, check]));
    for (const [id, checking] of [...this.#checking]) {
      const check = wanted.get(id);
      if (check && probedOf(check) === checking.probed) checking.check = check;
      else this.#end(id, checking);
    }
    for (const check of checks) if (!this.#checking.has(check.id)) this.#begin(check);
  }

  /** Whether a check says that its place is healthy: inverted last, also when it is disabled. */
  isPassing(id: string): boolean {
    const checking = this.#checking.get(id);
    if (!checking) return true;
    const { disabled, inverted } = checking.check;
    return (disabled || checking.opinion.passes) !== inverted;
  }

  close(): void {
    for (const [id, checking] of [...this.#checking]) this.#end(id, checking);
  }

  #begin(check: DesiredHealthCheck): void {
    const opinion: Opinion = { passes: true, against: 0, fresh: true };
    const checking: Checking = { check, probed: probedOf(check), opinion, told: '', ended: false };
    this.#checking.set(check.id, checking);
    void this.#look(checking);
  }

  #end(id: string, checking: Checking): void {
    checking.ended = true;
    clearTimeout(checking.timer);
    this.#checking.delete(id);
  }

  async #look(checking: Checking): Promise<void> {
    const { check } = checking;
    const startMs = performance.now();
    if (!check.disabled) {
      const { passes, reason } = await this.#probe(check);
      if (checking.ended) return;
      checking.opinion = opinionAfter(checking.opinion, passes, check.threshold);
      const told = `${passes} ${reason}`;
      if (told !== checking.told) {
        this.#options.report({ type: 'health-check', healthCheckId: check.id, passes, reason });
      }
      checking.told = told;
    }
    const waitMs = Math.max(0, check.intervalMs - (performance.now() - startMs));
    checking.timer = setTimeout(() => void this.#look(checking), waitMs);
  }

  async #probe(check: DesiredHealthCheck): Promise<Result> {
    const { address = check.host === undefined ? undefined : (await this.#options.addresses(check.host))[0] } = check;
    if (address === undefined) return { passes: false, reason: 'DNS resolution failed' };
    if (check.type === 'NAME') return { passes: true, reason: 'DNS resolution succeeded' };
    const at = await this.#options.reach(address, check.port);
    if (!at) return { passes: false, reason: 'Connection timed out' };
    return check.type === 'TCP' ? probeTcp(at) : probeHttp(at, check);
  }
}

interface Result {
  readonly passes: boolean;
  readonly reason: string;
}

const probedOf = ({ type, address, host, port, path, search }: DesiredHealthCheck): string =>
  JSON.stringify([type, address, host, port, path, search]);

/** A link accepts for a place that may be dark: that the other side lets the connection be is what passes. */
function probeTcp(at: Address): Promise<Result> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: at.address, port: at.port });
    const end = (passes: boolean, reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ passes, reason });
    };
    const timer = setTimeout(() => end(true, 'TCP connection established'), SETTLE_MS);
    socket.on('error', () => end(false, 'Connection refused'));
    socket.on('close', () => end(false, 'Connection closed'));
  });
}
const SETTLE_MS = 100;

/** 2xx and 3xx pass; with a text to be found, it stands in the first 5,120 bytes of the body. */
function probeHttp(at: Address, { path, search, host }: DesiredHealthCheck): Promise<Result> {
  return new Promise((resolve) => {
    const end = (passes: boolean, reason: string) => {
      clearTimeout(timer);
      request.destroy();
      resolve({ passes, reason });
    };
    const timer = setTimeout(() => end(false, 'Connection timed out. No answer in time'), PROBE_MS);
    const headers = { 'user-agent': 'Amazon-Route53-Health-Check-Service', ...(host !== undefined && { host }) };
    const request = http.get({ host: at.address, port: at.port, path, agent: false, headers }, (answer) => {
      const { statusCode: status = 0, statusMessage = '' } = answer;
      const good = status >= 200 && status < 400;
      const said = `HTTP Status Code ${status}, ${statusMessage}`;
      if (search === undefined || !good) return end(good, said);
      let body = '';
      answer.setEncoding('latin1');
      answer.on('data', (text: string) => {
        body = (body + text).slice(0, SEARCHED_BYTES);
        if (body.includes(search)) end(true, said);
      });
      answer.on('end', () => end(false, `${said}. The search string was not found`));
    });
    request.on('error', () => end(false, 'Connection refused'));
  });
}
const SEARCHED_BYTES = 5_120;
