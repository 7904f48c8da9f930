import type { Tags } from '../state.ts';

const GROUP_TAG = 'aws:autoscaling:groupName';

/** The tag by which EC2 shows whose member an instance is. */
export const groupTag = (group: string): Tags => ({ [GROUP_TAG]: group });

/** Tags without the one that says whose member an instance is. */
export const withoutGroupTag = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key !== GROUP_TAG));
