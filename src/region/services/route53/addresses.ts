/** Whether a text is an IPv4 address in its usual form. */
export const isIPv4 = (text: string): boolean => /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);

/** Whether a text is an IPv6 address: eight groups, or fewer around one `::`, the last two perhaps as an IPv4 address. */
export function isIPv6(text: string): boolean {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail && !isIPv4(tail[2] ?? '')) return false;
  const [head = '', rest, ...more] = (tail ? `${tail[1]}0:0` : text).split('::');
  if (more.length > 0) return false;
  const groups = [head, rest ?? ''].flatMap((part) => (part === '' ? [] : part.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return rest === undefined ? groups.length === 8 : groups.length < 8;
}
