/** What the embedded region knows of a service. */
export interface ServiceOperations {
  /** The name of the SDK's client package without its prefix: `route-53`. */
  readonly service: string;
  /** The name that signatures have for it: `route53`. */
  readonly signingName: string;
  readonly version: string;
  readonly protocols: readonly string[];
  /** Every operation of the service. One without behaviour answers a modelled error (501) that names it. */
  readonly operations: readonly { readonly name: string; readonly behaviour: boolean }[];
}
