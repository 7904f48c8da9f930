import type { Operation, Service, StructureShape } from './schema.ts';

/** A request as it came, its body inflated. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A modelled error on its way to the wire. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly props: Readonly<Record<string, unknown>>;
  readonly shape?: StructureShape | undefined;
}

/** How a family of services puts inputs, outputs and errors into HTTP. */
export interface Protocol {
  /** The operation that a request asks for: `operation` is absent when the service has none of that name or path. */
  find(service: Service, request: WireRequest): Asked;
  decode(operation: Operation, parts: Asked['parts'], request: WireRequest): Record<string, unknown>;
  encode(service: Service, operation: Operation, output: unknown, requestId: string): WireAnswer;
  encodeError(service: Service, error: WireError, requestId: string): WireAnswer;
  /** The code for a request that lacks a required parameter, and for one that names no operation. */
  readonly missing: string;
  readonly unknown: string;
}

interface Asked {
  readonly name: string;
  readonly operation?: Operation | undefined;
  /** The labels of the path, or the fields of the form. */
  readonly parts: ReadonlyMap<string, string>;
}
