/**
 * The whole environment of a program that we start: nothing is inherited but where programs and temporary files are.
 * What holds credentials is pointed at nothing, so that no AWS client in it finds a real account by accident.
 */
export function cleanEnvironment(handed: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH, TMPDIR } = process.env;
  return {
    ...(PATH !== undefined && { PATH }),
    ...(TMPDIR !== undefined && { TMPDIR }),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...handed,
  };
}
