import { balancing } from './balancing.ts';
import { describe } from './describe.ts';
import { type Figure, print } from './figures.ts';
import { names } from './names.ts';
import { paging } from './paging.ts';
import { probing } from './probing.ts';
import { startUp } from './start-up.ts';
import { zones } from './zones.ts';

const BENCHES: Record<string, () => Promise<Figure[]>> = {
  'start-up': startUp,
  zones,
  probing,
  paging,
  describe,
  names,
  balancing,
};

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name)) print(await bench());
}
// Connections that the programs beside which it measured left open do not keep it.
process.exit();
