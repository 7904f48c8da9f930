import { loadCatalogue, SERVICE_FACTS, type ServiceFacts, type ServiceId } from '../../aws/catalogue/catalogue.ts';
import { makeService, type Service } from './schema.ts';

/** The services of the catalogue. The schemas of one are loaded when they are first asked for, and kept. */
export interface Services {
  /** The facts of the service for which a signature is. */
  signedFor(signingName: string): (typeof SERVICE_FACTS)[number] | undefined;
  load(id: ServiceId): Promise<Service>;
}

export function allServices(): Services {
  const bySigningName = new Map(SERVICE_FACTS.map((facts) => [facts.signingName, facts]));
  const loading = new Map<ServiceId, Promise<Service>>();
  return {
    signedFor: (signingName) => bySigningName.get(signingName),
    load(id) {
      const known = loading.get(id) ?? loadCatalogue(id).then(makeService);
      loading.set(id, known);
      return known;
    },
  };
}

/** What stands in for the facts of a service that is not there. */
export const NO_SERVICE: ServiceFacts = {
  id: '',
  source: '',
  signingName: '',
  protocols: ['ec2Query'],
  version: '',
  xmlNamespace: '',
  namespace: '',
  target: '',
};
