import { subjectOf, zoneIds } from './init-blueprint.ts';
import { type Choices, type Loss, whyItFalls } from './init-choices.ts';

/** What is different in an experiment for each of the losses. */
interface Parts {
  readonly claim: string;
  readonly about: string;
  /** Lines of `parameters`. */
  readonly parameters: readonly string[];
  /** How many of the requests must succeed: before and after, and while it lasts. */
  readonly atLeast: string;
  readonly during: string;
  readonly rate: string;
  readonly step: readonly string[];
}

/** The text of the experiment. */
export function experimentText(choices: Choices): string {
  const isShop = choices.command === undefined;
  const subject = subjectOf(choices);
  const parts = PARTS[choices.lose](choices);
  const falls = whyItFalls(choices);
  const about = falls === undefined ? parts.about : `It does not, and the run ends with exit code 3: ${falls}.`;
  const url = `http://${subject}.example${isShop ? '/checkout' : choices.page}`;
  return `# yaml-language-server: $schema=./experiment.schema.json
#
# An experiment: what should stay true, what goes wrong, and for how long. "chaos validate" checks it, "chaos plan" shows
# what it would do, "chaos run" does it, restores everything and says whether the system held.
version: 1
title: ${isShop ? 'The shop' : 'My system'} survives ${parts.claim}
description: >
  ${about}
# A region on this machine that is made for the run: no cloud account is needed. The blueprint says what is in it.
account: embedded
blueprint: region.yaml

# What may be changed without editing this file: --set rate=100/s
parameters:
${parts.parameters.map((line) => `  ${line}`).join('\n')}
  rate: { type: rate, default: ${parts.rate}, description: How many users come. }
  served: { type: share, default: ${parts.during}, description: How many of them must be served while it lasts. }

# Measured before, while and after it goes wrong. The run begins only if it is true at first.
steadyStateHypothesis:
  title: ${isShop ? 'Shoppers can check out' : 'Users are served'}
  probes:
    - name: ${isShop ? 'checkout' : 'a page'}
      probe: http
      with: { url: ${JSON.stringify(url)}, rate: \${rate}, timeout: 1s }
      # So many of the requests must succeed.
      tolerance: { success: { atLeast: ${parts.atLeast} } }
      # And so many while it lasts: it takes a moment until a load balancer notices.
      during: { success: { atLeast: \${served} } }
  # How soon after everything is restored it must be true again.
  recoverWithin: 20s

# The run is refused if the method would touch more than this.
blastRadius: { zones: 1, targets: 1 }

# What goes wrong. "chaos fault list" shows what else can, "chaos fault show ID" what it does and how it is undone.
method:
${parts.step.map((line, k) => `  ${k === 0 ? '- ' : '  '}${line}`).join('\n')}
    for: \${lasts}
`;
}

const lasts = (time: string, doc: string) => `lasts: { type: duration, default: ${time}, description: ${doc} }`;

const PARTS: Readonly<Record<Loss, (choices: Choices) => Parts>> = {
  zone: ({ zones }) => ({
    claim: 'the loss of one availability zone',
    about:
      'A zone is lost at once, without a goodbye: connections fall silent, processes die. The others carry the load.',
    parameters: [
      `zone: { type: string, default: use1-az1, allowed: [${zoneIds(zones).join(', ')}], description: The zone that is lost. }`,
      lasts('15s', 'How long the zone stays dark.'),
    ],
    atLeast: '99%',
    during: zones > 2 ? '90%' : '80%',
    rate: '50/s',
    step: ['name: one zone goes dark', 'fault: az.power-loss', 'select: { zone: ${zone} }'],
  }),
  instance: ({ command }) => ({
    claim: 'the loss of one instance',
    about: 'One machine stops. The load balancer has to notice, and the others carry the load.',
    parameters: [
      `tier: { type: string, default: ${command === undefined ? 'web' : 'app'}, description: The group that loses an instance. }`,
      lasts('8s', 'How long it stays stopped.'),
    ],
    atLeast: '95%',
    during: '85%',
    rate: '20/s',
    step: ['name: one machine stops', 'fault: aws.ec2.stop-instances', 'select: { tag: { tier: ${tier} }, count: 1 }'],
  }),
  record: ({ command }) => ({
    claim: 'the removal of a DNS record',
    about:
      'Automation deletes the name of the inventory. The web tier uses the last good answer on, so shoppers see nothing.',
    parameters: [
      `name: { type: string, default: ${command === undefined ? 'inventory.shop.example' : 'app.example'}, description: The record that is removed. }`,
      lasts('15s', 'How long it is gone.'),
    ],
    atLeast: '99%',
    during: '99%',
    rate: '50/s',
    step: ['name: the record is deleted', 'fault: aws.route53.remove-record', 'select: { name: ${name}, type: A }'],
  }),
};
