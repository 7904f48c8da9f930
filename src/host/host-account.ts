import { hostname } from 'node:os';
import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import type { Address, WritePort } from '../kernel/ports.ts';
import type { ProcessOperations } from '../kernel/process.ts';
import { realClock } from './clock.ts';
import { runCommand } from './command.ts';
import { machineDialer } from './dial.ts';
import { askDns } from './dns.ts';
import { exec } from './exec.ts';
import { sendHttp } from './http.ts';
import { readProcesses, signalProcess } from './process.ts';
import { bootId } from './process-table.ts';
import { systemResolver } from './system-resolver.ts';
import { tryTcp } from './tcp.ts';
import { userId } from './user-name.ts';

/** Opens a port to the caller's own machine: an account of kind `host`. Its instance is this boot of the machine. */
export async function openHostAccount(name = 'host'): Promise<WritePort> {
  const resolver: Address = systemResolver();
  return {
    clock: realClock,
    account: {
      kind: 'host',
      name,
      instance: `${hostname()} ${userId()} ${await bootId()}`,
      region: '',
      consistencyMs: 0,
      latenessMs: 1_000,
      attestation: 'data plane',
      nameServers: [],
    },
    read: async <O>(call: Call<O>): Promise<O> => {
      const { operation, input } = onlyProcess(call);
      if (operation === 'Signal') throw new Error('process:Signal writes, and was asked of a port that reads');
      return (await readProcesses(operation, input as never)) as O;
    },
    write: async <O>(call: Call<O>, signal: AbortSignal): Promise<O> => {
      if (call.service === 'command') return (await runCommand(call, {}, signal)) as O;
      const { operation, input } = onlyProcess(call);
      if (operation !== 'Signal') return (await readProcesses(operation, input as never)) as O;
      await signalProcess(input as ProcessOperations['Signal'][0]);
      return {} as O;
    },
    http: (request, signal) => sendHttp(request, machineDialer, signal),
    dns: ({ server = resolver, ...query }, signal) => askDns(query, server, signal),
    tcp: (attempt, signal) => tryTcp(attempt, machineDialer, signal),
    exec: (command, signal) => exec(command, signal),
  };
}

const OPERATIONS: readonly string[] = [
  'DescribePidFile',
  'DescribeProcess',
  'Signal',
] satisfies (keyof ProcessOperations)[];

function onlyProcess({ service, operation, input }: Call) {
  if (service !== 'process' || !OPERATIONS.includes(operation)) {
    throw new CallError('UnknownOperation', `an account of kind host has no ${service}:${operation}`);
  }
  return { operation: operation as keyof ProcessOperations, input };
}
