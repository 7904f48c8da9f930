import type {
  OperationSchema,
  ReferenceSchema,
  ServiceCatalogue,
  ServiceFacts,
  ShapeSchema,
  Traits,
} from '../../aws/catalogue/catalogue.ts';

/** A shape of the catalogue, ready to be walked. What it refers to is looked up when first asked for. */
export type Shape = SimpleShape | StructureShape | ListShape | MapShape;

export interface SimpleShape {
  readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob';
  readonly format?: TimestampFormat | undefined;
}
export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  /** Of a union exactly one member is there. */
  readonly isUnion: boolean;
  readonly traits: Traits;
  members(): readonly Member[];
}
export interface ListShape {
  readonly kind: 'list';
  item(): Place;
}
export interface MapShape {
  readonly kind: 'map';
  key(): Place;
  value(): Place;
}

/** A shape where it stands, with the traits that it has there. */
export interface Place {
  readonly shape: Shape;
  readonly traits: Traits;
}
export interface Member extends Place {
  readonly name: string;
  readonly required: boolean;
}

/** One service as the wire sees it. */
export interface Service {
  readonly facts: ServiceFacts;
  operation(name: string): Operation | undefined;
  readonly operations: readonly string[];
  /** The shape and name of an error, by its name or by the code that a query protocol gives it. */
  error(code: string): ErrorShape | undefined;
}

interface ErrorShape {
  readonly name: string;
  readonly shape: StructureShape;
}

export interface Operation {
  readonly name: string;
  readonly http?: OperationSchema['http'];
  readonly input: StructureShape;
  readonly output: StructureShape;
}

/** Makes a service of its catalogue. */
export function makeService(catalogue: ServiceCatalogue): Service {
  const shapeOf = shapeSource(catalogue);
  const made = new Map<string, Operation>();
  const errorNames = errorIndex(catalogue);
  return {
    facts: catalogue.service,
    operations: Object.keys(catalogue.operations),
    operation(name) {
      const known = made.get(name);
      if (known) return known;
      if (!Object.hasOwn(catalogue.operations, name)) return undefined;
      const schema = catalogue.operations[name];
      if (!schema) return undefined;
      const operation: Operation = {
        name,
        ...(schema.http && { http: schema.http }),
        input: structure(shapeOf(schema.input)),
        output: structure(shapeOf(schema.output)),
      };
      made.set(name, operation);
      return operation;
    },
    error(code) {
      const name = errorNames.get(code);
      const shape = name === undefined ? undefined : catalogue.errors[name];
      return name === undefined || shape === undefined ? undefined : { name, shape: structure(shapeOf(shape)) };
    },
  };
}

function errorIndex({ errors, shapes }: ServiceCatalogue): ReadonlyMap<string, string> {
  const byCode = new Map<string, string>();
  for (const [name, shape] of Object.entries(errors)) {
    const code = shapes[shape]?.awsQueryError?.[0];
    if (code !== undefined) byCode.set(code, name);
  }
  for (const name of Object.keys(errors)) byCode.set(name, name);
  return byCode;
}

function structure(shape: Shape): StructureShape {
  if (shape.kind === 'structure') return shape;
  throw new Error(`the catalogue has a ${shape.kind} where a structure must be`);
}

type ShapeSource = (name: string) => Shape;

function shapeSource({ shapes }: ServiceCatalogue): ShapeSource {
  const made = new Map<string, Shape>([['unit', emptyStructure]]);
  const shapeOf: ShapeSource = (name) => {
    const known = made.get(name) ?? simpleShape(name, shapeOf);
    if (known) return known;
    const schema = shapes[name];
    if (!schema) throw new Error(`the catalogue has no shape "${name}"`);
    const shape = makeShape(name, schema, shapeOf);
    made.set(name, shape);
    return shape;
  };
  return shapeOf;
}

const emptyStructure: StructureShape = { kind: 'structure', name: '', isUnion: false, traits: {}, members: () => [] };

function makeShape(name: string, schema: ShapeSchema, shapeOf: ShapeSource): Shape {
  switch (schema.kind) {
    case 'simple':
      return shapeOf(schema.of);
    case 'list':
      return { kind: 'list', item: once(() => placeOf(schema.item, shapeOf)) };
    case 'map':
      return {
        kind: 'map',
        key: once(() => placeOf(schema.key, shapeOf)),
        value: once(() => placeOf(schema.value, shapeOf)),
      };
    default: {
      const { members, required = 0, kind, ...traits } = schema;
      const make = () =>
        Object.entries(members).map(([member, reference], k) => ({
          name: member,
          required: k < required,
          ...placeOf(reference, shapeOf),
        }));
      return { kind: 'structure', name, isUnion: kind === 'union', traits, members: once(make) };
    }
  }
}

const SIMPLE: Readonly<Record<string, SimpleShape>> = {
  string: { kind: 'string' },
  number: { kind: 'number' },
  boolean: { kind: 'boolean' },
  blob: { kind: 'blob' },
  timestamp: { kind: 'timestamp' },
  'timestamp-date-time': { kind: 'timestamp', format: 'date-time' },
  'timestamp-http-date': { kind: 'timestamp', format: 'http-date' },
  'timestamp-epoch-seconds': { kind: 'timestamp', format: 'epoch-seconds' },
};

function simpleShape(name: string, shapeOf: ShapeSource): Shape | undefined {
  if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name];
  const of = (prefix: string) => once(() => ({ shape: shapeOf(name.slice(prefix.length)), traits: {} }));
  if (name.startsWith('list-of-')) return { kind: 'list', item: of('list-of-') };
  if (!name.startsWith('map-of-')) return undefined;
  return { kind: 'map', key: () => ({ shape: shapeOf('string'), traits: {} }), value: of('map-of-') };
}

/** Whether the shape is a single value: one that can stand in a header, a path or a form field. */
export const isSimple = (shape: Shape): shape is SimpleShape =>
  shape.kind !== 'structure' && shape.kind !== 'list' && shape.kind !== 'map';

function placeOf(reference: ReferenceSchema, shapeOf: ShapeSource): Place {
  if (typeof reference === 'string') return { shape: shapeOf(reference), traits: {} };
  const { of, ...traits } = reference;
  return { shape: shapeOf(of), traits };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
