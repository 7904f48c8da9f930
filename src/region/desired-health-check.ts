/** A health check of Route 53: the data plane probes it from outside the VPC and says whether it passes. */
export interface DesiredHealthCheck {
  readonly id: string;
  /** `NAME`: it passes while the name has an address, whatever is there. */
  readonly type: 'HTTP' | 'HTTP_STR_MATCH' | 'TCP' | 'NAME';
  /** The place to probe: an address of the VPC, or, without one, a name. */
  readonly address?: string;
  readonly host?: string;
  readonly port: number;
  readonly path: string;
  readonly search?: string;
  readonly intervalMs: number;
  /** So many results in a row change its mind. */
  readonly threshold: number;
  readonly inverted: boolean;
  /** Not probed: it passes. */
  readonly disabled: boolean;
}
