import type { Because, Verdict } from './detection.ts';
import type { Event } from './event.ts';
import type { Dimension, Habit, Unusual } from './question.ts';

/** The reason for each new dimension of an event, with what is usual instead. */
export function newBehaviour(event: Event, habit: Habit): readonly Because[] {
  return habit.fresh
    .filter((dimension) => dimension !== 'response')
    .map((dimension) => ({
      dimension,
      observed: observedIn(event, dimension),
      usual: habit.usual(dimension),
    }));
}

function observedIn(event: Event, dimension: Dimension): string {
  switch (dimension) {
    case 'operation':
      return event.operation.label;
    case 'namespace':
      return event.namespace === '' ? '(no namespace)' : event.namespace;
    case 'network':
      return `${event.address.ip} (${event.address.zone})`;
    case 'client':
      return event.client.agent === '' ? '(no user agent)' : event.client.agent;
    case 'response':
      return `${event.operation.label}: ${event.response}`;
  }
}

/**
 * How many independent aspects of an event are new: what is done (operation, namespace, refusal), with what client, from where.
 * Operation and namespace count once: a new operation often brings its own namespace.
 */
export function newAxes(event: Event, habit: Habit): number {
  const what = habit.isNew('operation') || habit.isNew('namespace') || habit.isNew('response');
  return Number(what) + Number(isOtherProgram(event, habit)) + Number(habit.isNew('network'));
}

/**
 * True if the client is new and not another part of a program already known: controllers of one program name themselves
 * `cert-manager-challenges`, `cert-manager-orders`, …
 */
export function isOtherProgram(event: Event, habit: Habit): boolean {
  if (!habit.isNew('client')) return false;
  const word = firstWord(event.client.family);
  return word.length < 4 || !habit.usual('client').some((known) => firstWord(known) === word);
}

function firstWord(family: string): string {
  const end = family.indexOf('-');
  return end < 0 ? family : family.slice(0, end);
}

/** `12 days` or `1 day`, for sentences. */
export function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** The verdict that the score alone gives: pages are medium, high where they are sensitive and would page at a tenth of the budget; the digest is low. */
export function byBudget(found: Unusual): Verdict | undefined {
  if (found.level === undefined) return undefined;
  const isPage = found.level === 'page';
  const severity = isPage ? (found.isExtreme && found.isSensitive ? 'high' : 'medium') : 'low';
  return {
    severity,
    confidence: found.isExtreme ? 'high' : isPage ? 'medium' : 'low',
    what: `shows ${found.what}`,
    because: found.reasons(),
  };
}
