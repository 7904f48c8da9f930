import { defineTarget } from '../kernel/define.ts';
import { text } from '../kernel/schema.ts';

export type Resolver = {
  /** The one name that is meant, in lower case and without the trailing dot; null: every name. */
  readonly name: string | null;
};

/** The caching resolver of an embedded region's network, as a whole or for one name. */
export const resolver = defineTarget({
  kind: 'resolver',
  summary: 'The resolver of the VPC, for every name or for one.',
  select: {
    name: text({ doc: 'The one name that it concerns, such as shop.example. Default: every name.' }).optional(),
  },

  async find({ name }, host): Promise<readonly Resolver[]> {
    if (!host.account.resolver) return [];
    return [{ name: name === undefined ? null : name.replace(/\.$/, '').toLowerCase() }];
  },
  name: ({ name }) => (name === null ? 'the resolver' : `the resolver, for ${name}`),
  resource: ({ name }) => (name === null ? ['resolver'] : ['resolver', `name ${name}`]),
});
