import type { Problem } from '../kernel/errors.ts';
import type { AccountKind } from '../kernel/ports.ts';

/** What is known of an account before anything is done to it. What could not be found out is absent, and refuses. */
export interface AccountFacts {
  readonly name: string;
  readonly kind: AccountKind;
  /** The address of the account's API; none for an account of kind `host`. */
  readonly endpoint?: string;
  /** Hosts besides loopback that the configuration allows for an endpoint. */
  readonly allowedHosts?: readonly string[];
}

/** One rung of the ladder: why it refuses, or nothing. */
type Check = (facts: AccountFacts) => { what: string; fix: string } | undefined;

/** Refuses an account that is not known to be one for experiments. All rungs are asked, so that every reason is told. */
export function guardAccount(facts: AccountFacts): Problem[] {
  return LADDER[facts.kind].flatMap((check): Problem[] => {
    const refusal = check(facts);
    return refusal ? [{ code: 'SAFETY_ACCOUNT', ...refusal }] : [];
  });
}

const isEvaluable: Check = ({ name }) => ({
  what: `the account "${name}" is a real AWS account, and this version cannot tell whether it is a sandbox`,
  fix: 'run on the embedded account: leave out --account, or name one of kind "embedded"',
});

const hasEndpoint: Check = ({ name, endpoint }) =>
  endpoint !== undefined && URL.canParse(endpoint)
    ? undefined
    : {
        what: `the endpoint of the account "${name}" is not known, so it cannot be checked`,
        fix: 'set "endpoint" of the account in chaos.config.yaml',
      };

const isNearby: Check = ({ name, endpoint, allowedHosts = [] }) => {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  const host = new URL(endpoint).hostname;
  if (isLoopback(host) || (allowedHosts.includes(host) && !isAmazon(host))) return undefined;
  if (isAmazon(host)) {
    return {
      what: `the endpoint of the account "${name}" is AWS itself (${host})`,
      fix: 'name an AWS-compatible endpoint that runs on this machine',
    };
  }
  return {
    what: `the endpoint of the account "${name}" is on another machine (${host})`,
    fix: `add "allowedHosts: [${host}]" to the account in chaos.config.yaml if it is meant for experiments`,
  };
};

const listensHere: Check = ({ name, endpoint = '' }) => {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : undefined;
  if (host !== undefined && isLoopback(host)) return undefined;
  return {
    what: `the region "${name}" does not listen on this machine (${host ?? 'its address is not known'})`,
    fix: 'start a region here with "chaos region up", or run without --account',
  };
};

/**
 * A host account needs no rung here: each process is checked on its own, just before it is touched. An embedded one is
 * asked, by whoever opens it, whether it is the very instance that it is taken for.
 */
const LADDER: Readonly<Record<AccountKind, readonly Check[]>> = {
  embedded: [listensHere],
  host: [],
  endpoint: [hasEndpoint, isNearby],
  aws: [isEvaluable],
};

/** Loopback by address; the one name is `localhost`, which RFC 6761 reserves for it. */
function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === '[::1]' || host === 'localhost';
}

const isAmazon = (host: string): boolean => /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|aws\.dev|on\.aws)\.?$/i.test(host);
