import type { RegionFile } from '../kernel/region-file.ts';
import { shellWord } from '../kernel/shell-line.ts';

/**
 * Shell text that points programs at a region: exports for the SDKs, and an `aws` function, since older versions of the
 * aws command line ignore the variable for the endpoint. Nothing of the caller's own AWS set-up is left in force: `env` is
 * the environment of the shell, whose endpoints of single services would be heard first.
 */
export function renderRegionEnv(
  { endpoint, region, credentials, dns, loadBalancers }: RegionFile,
  env: NodeJS.ProcessEnv,
): string {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    CHAOS_DNS_SERVER: `${dns.address}:${dns.port}`,
    ...Object.fromEntries(loadBalancers.map(({ name, url }) => [`CHAOS_URL_${constantCase(name)}`, url])),
  };
  const others = Object.keys(env).filter((name) => /^AWS_ENDPOINT_URL_[A-Z0-9_]+$/.test(name));
  return [
    ['unset', ...OF_OTHERS, ...others.sort()].join(' '),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    `aws() { command aws --endpoint-url ${shellWord(endpoint)} "$@"; }`,
    // Scripts that this shell starts have the function too, where they are of bash as well.
    '[ -z "${BASH_VERSION-}" ] || export -f aws',
  ].join('\n');
}

const OF_OTHERS = [
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
];

const constantCase = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
