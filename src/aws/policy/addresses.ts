/** Whether an address lies in a range such as `10.0.0.0/8` or `2001:db8::/32`; a range without length is one address. */
export function isWithin(range: string, address: string): boolean {
  const [text = '', length] = range.split('/');
  const [base, one] = [bitsOf(text), bitsOf(address)];
  if (!base || !one || base.width !== one.width || (length !== undefined && !/^\d{1,3}$/.test(length))) return false;
  const rest = base.width - Number(length ?? base.width);
  return rest >= 0 && base.value >> BigInt(rest) === one.value >> BigInt(rest);
}

interface Bits {
  readonly width: 32 | 128;
  readonly value: bigint;
}

const bitsOf = (address: string): Bits | undefined => (address.includes(':') ? bitsOf6(address) : bitsOf4(address));

function bitsOf4(address: string): Bits | undefined {
  const bytes = address.split('.');
  if (bytes.length !== 4 || bytes.some((byte) => !/^\d{1,3}$/.test(byte) || Number(byte) > 255)) return undefined;
  return { width: 32, value: bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n) };
}

function bitsOf6(address: string): Bits | undefined {
  const [head = [], tail, ...more] = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (more.length > 0) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return { width: 128, value: groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n) };
}
