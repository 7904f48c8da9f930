import { loadCatalogue, SERVICE_FACTS } from '../aws/catalogue/catalogue.ts';
import type { ServiceOperations } from '../kernel/service-operations.ts';
import { hasBehaviour } from './create-world.ts';

/** Every operation that the region can decode, by service, with those that have behaviour. */
export const listOperations = (): Promise<ServiceOperations[]> =>
  Promise.all(
    SERVICE_FACTS.map(async ({ id, signingName, protocols, version }) => {
      const names = Object.keys((await loadCatalogue(id)).operations).sort();
      const operations = names.map((name) => ({ name, behaviour: hasBehaviour(id, name) }));
      return { service: id, signingName, version, protocols: [...protocols], operations };
    }),
  );
