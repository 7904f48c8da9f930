import { aws } from '../../aws/calls.ts';
import { defineTarget } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { mapOf, oneOf, text } from '../../kernel/schema.ts';
import { isNotThere } from './iam-errors.ts';

export type IamPrincipal = { readonly kind: 'role' | 'user'; readonly name: string; readonly arn: string };

/** Pages read at most: an account with more needs a narrower selector. */
const PAGES_MAX = 20;
/** Roles that belong to AWS: nobody can change them. */
const OF_AWS = /^\/(aws-service-role|aws-reserved)\//;

/** Roles, or users. Whoever this program itself acts as is never among them, so that it can take back what it does. */
export const iamPrincipal = defineTarget({
  kind: 'aws/iam-principal',
  summary:
    'IAM roles or users, by name, path and tag; every given condition must be met. Never the one that this program ' +
    'acts as.',
  select: {
    kind: oneOf(['role', 'user'], { doc: 'What is looked for.' }).default('role'),
    name: text({ doc: 'Its name.' }).optional(),
    path: text({ doc: 'What its path begins with, such as /shop/.' }).optional(),
    tag: mapOf(text({ doc: 'Value of the tag.' }), { doc: 'Tags that it must carry.' }).optional(),
  },

  async find({ kind, name, path = '/', tag }, host, signal): Promise<readonly IamPrincipal[]> {
    const found = name === undefined ? await list(kind, path, host, signal) : await named(kind, name, host, signal);
    const { Arn: own = '' } = await host.read(aws('sts', 'GetCallerIdentity', {}), signal);
    const chosen: IamPrincipal[] = [];
    for (const one of found) {
      if (OF_AWS.test(one.path) || !one.path.startsWith(path) || isSame(own, one)) continue;
      if (tag && !(await hasTags(one, tag, host, signal))) continue;
      chosen.push({ kind, name: one.name, arn: one.arn });
    }
    return chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  name: ({ kind, name }) => `${kind} ${name}`,
  resource: ({ arn }) => [arn],
});

interface Found extends IamPrincipal {
  readonly path: string;
}

/** Whether an ARN of STS is that of a user, or of somebody who acts as a role. */
const isSame = (own: string, { kind, name, arn }: IamPrincipal): boolean =>
  own === arn || (kind === 'role' && own.includes(`:assumed-role/${name}/`));

async function named(kind: Found['kind'], name: string, host: ReadPort, signal: AbortSignal): Promise<Found[]> {
  try {
    if (kind === 'role') return rolesOf([(await host.read(aws('iam', 'GetRole', { RoleName: name }), signal)).Role]);
    return usersOf([(await host.read(aws('iam', 'GetUser', { UserName: name }), signal)).User]);
  } catch (error) {
    if (isNotThere(error)) return [];
    throw error;
  }
}

async function list(kind: Found['kind'], path: string, host: ReadPort, signal: AbortSignal): Promise<Found[]> {
  const found: Found[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { PathPrefix: path, MaxItems: 100, ...(marker !== undefined && { Marker: marker }) };
    const answer =
      kind === 'role'
        ? await host.read(aws('iam', 'ListRoles', input), signal)
        : await host.read(aws('iam', 'ListUsers', input), signal);
    found.push(...('Roles' in answer ? rolesOf(answer.Roles) : 'Users' in answer ? usersOf(answer.Users) : []));
    if (!answer.IsTruncated || answer.Marker === undefined) return found;
    marker = answer.Marker;
  }
  throw new CallError('TooManyPages', `the selector matches more than ${PAGES_MAX * 100} ${kind}s`);
}

interface Listed {
  readonly Path: string | undefined;
  readonly Arn: string | undefined;
}
const rolesOf = (roles: readonly ((Listed & { RoleName: string | undefined }) | undefined)[] = []): Found[] =>
  roles.flatMap((one) => (one ? [{ ...shared('role', one), name: one.RoleName ?? '' }] : []));
const usersOf = (users: readonly ((Listed & { UserName: string | undefined }) | undefined)[] = []): Found[] =>
  users.flatMap((one) => (one ? [{ ...shared('user', one), name: one.UserName ?? '' }] : []));
const shared = (kind: Found['kind'], { Path = '/', Arn = '' }: Listed) => ({ kind, path: Path, arn: Arn });

/** Lists of IAM do not tell tags: they are asked for one by one. */
async function hasTags(
  { kind, name }: Found,
  wanted: Readonly<Record<string, string>>,
  host: ReadPort,
  signal: AbortSignal,
): Promise<boolean> {
  const { Tags = [] } =
    kind === 'role'
      ? await host.read(aws('iam', 'ListRoleTags', { RoleName: name }), signal)
      : await host.read(aws('iam', 'ListUserTags', { UserName: name }), signal);
  return Object.entries(wanted).every(([key, value]) => Tags.some((tag) => tag.Key === key && tag.Value === value));
}
