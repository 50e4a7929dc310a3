/**
 * The words of this project. One word, one meaning; every folder uses them as given here.
 *
 * record      what arrives: a line of a file, a Kafka message.
 * envelope    how a shipper or a cloud wraps records.
 * entry       one wrapped log entry once every envelope is off; what is counted as judged, rejected or ignored.
 * event       one API call, normalised: the same shape for every plane.
 * plane       kubernetes, azure, aws, gcp.
 * scope       what an event's names are unique in: cluster, subscription, account, project.
 * entity      something with memory and one writer, under a stable key: an identity, a pod, a credential.
 * identity    an entity that can act.
 * actor       the identity that authenticated; acting as: the identity it impersonates.
 * credential  token, certificate or key used, by its public id, never its secret.
 * seat        the entity whose address must not change: the pod of a pod-bound token, else the credential itself.
 * operation   what a call does, without whom and what to: verb, api group, resource, subresource, reach.
 * dimension   an aspect of behaviour (operation, namespace, network, client, response); value: what was seen.
 * habit       what is remembered of an identity's values; new: not seen within the window of 28 days.
 * question    what a detection asks of an entity's memory; answer: what it gets, typed.
 * signal      one detection's verdict on one event.
 * finding     the signals of one entity within a day; what an analyst works on.
 * link        evidence that one entity obtained another, addressed to the one obtained.
 * thing       what identities are obtained through: a credential, a Secret, a pod, a node, a binding, a trust; it remembers who got hold of it.
 * hold        evidence that an identity got hold of a thing, addressed to the thing.
 * branch      an act of an identity and what came of it, on its way from thing to thing up to the first cause.
 * chain       branches joined at their first cause; an alert that grows.
 * message     an event, a link or evidence of a chain, addressed to the entity that must know.
 * alert       a finding or a chain as it leaves: created, updated or closed.
 * story       raw records in order with the verdicts expected on each line.
 */
export type Glossary = never;
