import http from 'node:http';
import type { Address } from '../../../kernel/ports.ts';
import type { CheckFailure } from './health.ts';

/**
 * One health check: a request over a connection of its own. Only a 2xx answer within the time-out passes: that the
 * connection was accepted says nothing, since a stopped process accepts too.
 */
export function checkHealth(at: Address, path: string, timeoutMs: number): Promise<CheckFailure | undefined> {
  return new Promise((resolve) => {
    const end = (failure?: CheckFailure) => {
      clearTimeout(timer);
      request.destroy();
      resolve(failure);
    };
    const timer = setTimeout(() => end('Target.Timeout'), timeoutMs);
    const request = http.get(
      { host: at.address, port: at.port, path, agent: false, headers: { 'user-agent': 'ELB-HealthChecker/2.0' } },
      (answer) => {
        const status = answer.statusCode ?? 0;
        answer.resume();
        answer.on('end', () => end(status >= 200 && status < 300 ? undefined : 'Target.ResponseCodeMismatch'));
        answer.on('error', () => end('Target.FailedHealthChecks'));
      },
    );
    request.on('error', () => end('Target.FailedHealthChecks'));
  });
}
