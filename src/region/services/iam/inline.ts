import type { Steps } from '../step.ts';
import { limitExceeded, requireDocument, sizeOf } from './documents.ts';
import { type HolderKind, requireHolder } from './find.ts';
import type { HolderStep } from './input.ts';
import { escaped, noSuchEntity, pageOf, requireName } from './names.ts';

/** How large the inline policies of one may be together. */
const MOST: Readonly<Record<HolderKind, number>> = { User: 2_048, Group: 5_120, Role: 10_240 };

/** `PutRolePolicy`, `GetRolePolicy`, `DeleteRolePolicy`, `ListRolePolicies`; the same of users and groups. */
export function inlineSteps(kind: HolderKind): Steps {
  const key = `${kind}Name` as const;
  const put: HolderStep = (state, input) => {
    const holder = requireHolder(state, kind, input[key]);
    const name = requireName(input.PolicyName, 'PolicyName', 128);
    const inline = { ...holder.inline, [name]: requireDocument(input.PolicyDocument) };
    const size = Object.values(inline).reduce((sum, document) => sum + sizeOf(document), 0);
    if (size > MOST[kind]) {
      throw limitExceeded(
        `Maximum policy size of ${MOST[kind]} bytes exceeded for ${kind.toLowerCase()} ${holder.name}`,
      );
    }
    holder.inline = inline;
  };
  const get: HolderStep = (state, input) => {
    const { inline } = requireHolder(state, kind, input[key]);
    const document = requireInline(inline, input.PolicyName, kind);
    return { [key]: input[key], PolicyName: input.PolicyName, PolicyDocument: escaped(document) };
  };
  const remove: HolderStep = (state, input) => {
    const holder = requireHolder(state, kind, input[key]);
    requireInline(holder.inline, input.PolicyName, kind);
    holder.inline = Object.fromEntries(Object.entries(holder.inline).filter(([name]) => name !== input.PolicyName));
  };
  const list: HolderStep = (state, input) => {
    const { inline } = requireHolder(state, kind, input[key]);
    const { items, page } = pageOf(Object.keys(inline), (name) => name, input);
    return { PolicyNames: items, ...page };
  };
  return {
    [`Put${kind}Policy`]: put,
    [`Get${kind}Policy`]: get,
    [`Delete${kind}Policy`]: remove,
    [`List${kind}Policies`]: list,
  };
}

function requireInline(inline: Readonly<Record<string, string>>, name: string | undefined, kind: HolderKind): string {
  const document = name !== undefined && Object.hasOwn(inline, name) ? inline[name] : undefined;
  if (document === undefined) throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`);
  return document;
}
