import { isOtherProgram } from './because.ts';
import type { Event } from './event.ts';
import { isPlatform } from './identity.ts';
import { type FirstSeen, firstSeen, type Habit, type Question } from './question.ts';

/**
 * Asks what program a platform's identity (node, control plane, add-on) comes with where power is used; not asked of others.
 * Detections share the memory, so a program that one of them saw for days is known to all.
 */
export function platformProgram(): Question<FirstSeen> {
  return firstSeen('platform-program', (event) => (isPlatform(event.actor.kind) ? event.client.family : undefined));
}

/**
 * True if a platform's identity is used by another program than on former days: new to its habits, or seen first on this day
 * beside one known before, so that one harmless call does not excuse the next.
 */
export function isStrangeProgram(event: Event, habit: Habit, program: FirstSeen): boolean {
  return isOtherProgram(event, habit) || (program.isOfToday && program.known > Number(!program.unseen));
}
