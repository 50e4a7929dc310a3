import type { Operation } from '../core/operation.ts';

/** What sort of power an operation gives or hides. */
export type Sensitivity =
  | 'grants access'
  | 'gives out credentials'
  | 'reads secrets'
  | 'runs code'
  | 'opens the network'
  | 'hides traces'
  | 'changes identities';

interface Pattern {
  readonly plane: string;
  /** Matched on `group`, `resource/subresource` and `verb`, all lower case; absent matches all. */
  readonly group?: RegExp;
  readonly type?: RegExp;
  readonly verb: RegExp;
  readonly is: Sensitivity;
}

/** Resource Manager and directory operations (learn.microsoft.com/azure/role-based-access-control/permissions). */
const AZURE: readonly Pattern[] = [
  {
    plane: 'azure',
    group: /^microsoft\.authorization$/,
    type: /^(roleassignments|roledefinitions|roleeligibilityschedulerequests|roleassignmentschedulerequests)/,
    verb: /^(write|delete)$/,
    is: 'grants access',
  },
  { plane: 'azure', verb: /^elevateaccess$/, is: 'grants access' },
  { plane: 'azure', group: /^microsoft\.keyvault$/, type: /^vaults(\/accesspolicies)?$/, verb: /^write$/, is: 'grants access' },
  { plane: 'azure', verb: /^list.*(keys?|credentials?|secrets?|sas|tokens?|connectionstrings?)$/, is: 'gives out credentials' },
  {
    plane: 'azure',
    verb: /^(publishxml|begingetaccess|regeneratekeys?|generatecredentials|listpublishingcredentials|getaccesstoken)$/,
    is: 'gives out credentials',
  },
  {
    plane: 'azure',
    group: /^microsoft\.keyvault$/,
    verb: /^(secret|key|certificate)(get|list|listversions|backup|restore|recover|decrypt|sign|unwrap|export)/,
    is: 'reads secrets',
  },
  { plane: 'azure', verb: /^(runcommand|runcommands|runcode|createjob)$/, is: 'runs code' },
  {
    plane: 'azure',
    type: /(\/extensions|\/runcommands|automationaccounts\/(runbooks|jobs|webhooks))/,
    verb: /^(write|publish|draft)$/,
    is: 'runs code',
  },
  {
    plane: 'azure',
    type: /(securityrules|firewallrules|networksecuritygroups|azurefirewalls|bastionhosts)/,
    verb: /^(write|delete)$/,
    is: 'opens the network',
  },
  {
    plane: 'azure',
    group: /^microsoft\.(insights|security|operationalinsights|securityinsights)$/,
    type: /(diagnosticsettings|pricings|alertssuppressionrules|activitylogalerts|workspaces$|alertrules|settings)/,
    verb: /^(write|delete)$/,
    is: 'hides traces',
  },
  { plane: 'azure', group: /^microsoft\.authorization$/, type: /^(locks|policyassignments)/, verb: /^delete$/, is: 'hides traces' },
  { plane: 'azure', group: /^microsoft\.managedidentity$/, verb: /^(write|assign)$/, is: 'changes identities' },
  {
    plane: 'azure',
    group: /^microsoft\.directory$/,
    verb: /(credential|certificates-and-secrets|owner-to|member-to-role|app-role-assignment|permission-grant|consent-to|federation|authentication-policy|conditional-access|add-service-principal|update-application)/,
    is: 'changes identities',
  },
];

/** CloudTrail event names (docs.aws.amazon.com/service-authorization/latest/reference). */
const AWS: readonly Pattern[] = [
  {
    plane: 'aws',
    group: /^iam\./,
    verb: /^(attach|put)(user|role|group)|^addusertogroup|^updateassumerolepolicy|^(create|set)(policyversion|defaultpolicyversion)|^addroletoinstanceprofile/,
    is: 'grants access',
  },
  {
    plane: 'aws',
    group: /^eks\./,
    verb: /^(createaccessentry|updateaccessentry|associateaccesspolicy|(create|update)podidentityassociation)/,
    is: 'grants access',
  },
  {
    plane: 'aws',
    verb: /^(put(bucket|key|repository|resource)policy|putbucketacl|addpermission|creategrant|modify(snapshot|image)attribute)/,
    is: 'grants access',
  },
  {
    plane: 'aws',
    verb: /^(createaccesskey|getfederationtoken|getsessiontoken|getsignintoken|getpassworddata|createkeypair|importkeypair|createloginprofile|updateloginprofile|createservicespecificcredential)/,
    is: 'gives out credentials',
  },
  { plane: 'aws', group: /^(secretsmanager|ssm)\./, verb: /^(batch)?getsecretvalue|^getparameter/, is: 'reads secrets' },
  {
    plane: 'aws',
    verb: /^(sendcommand|startsession|updatefunctioncode|sendsshpublickey|sendserialconsolesshpublickey|executecommand)/,
    is: 'runs code',
  },
  {
    plane: 'aws',
    group: /^ec2\./,
    verb: /^(authorizesecuritygroup|createnetworkaclentry|replacenetworkaclentry|createvpcpeering|acceptvpcpeering)/,
    is: 'opens the network',
  },
  {
    plane: 'aws',
    verb: /^(stoplogging|deletetrail|updatetrail|puteventselectors|deletedetector|updatedetector|disassociatefrom(administrator|master)|deleteflowlogs|deleteloggroup|stopconfigurationrecorder|deleteconfigurationrecorder|disablesecurityhub)/,
    is: 'hides traces',
  },
  {
    plane: 'aws',
    group: /^iam\./,
    verb: /^create(user|role|instanceprofile|openidconnectprovider|samlprovider)/,
    is: 'changes identities',
  },
  {
    plane: 'aws',
    verb: /^(associateiaminstanceprofile|replaceiaminstanceprofileassociation|createtrustanchor|createprofile|updateidentityprovider)/,
    is: 'changes identities',
  },
];

/** Google API methods, by their last word (cloud.google.com/iam/docs/audit-logging). */
const GCP: readonly Pattern[] = [
  { plane: 'gcp', verb: /setiampolicy|^(create|update)role$/, is: 'grants access' },
  {
    plane: 'gcp',
    verb: /^(createserviceaccountkey|uploadserviceaccountkey|generateaccesstoken|generateidtoken|signblob|signjwt|createkey$|createhmackey)/,
    is: 'gives out credentials',
  },
  { plane: 'gcp', verb: /^accesssecretversion/, is: 'reads secrets' },
  { plane: 'gcp', verb: /^(setmetadata|setcommoninstancemetadata|startuploadworkspace|createfunction|updatefunction)/, is: 'runs code' },
  { plane: 'gcp', type: /firewall/, verb: /^(insert|patch|update|delete)$/, is: 'opens the network' },
  { plane: 'gcp', group: /^logging\./, verb: /^(delete|update|create)(sink|exclusion|log|bucket)/, is: 'hides traces' },
  { plane: 'gcp', verb: /^(createserviceaccount|enableserviceaccount|(create|update)workloadidentitypool)/, is: 'changes identities' },
];

const PATTERNS: readonly Pattern[] = [...AZURE, ...AWS, ...GCP];

/** What makes an operation worth more than another new one, or undefined. Names of operations are compared without case. */
export function sensitivity(operation: Operation): Sensitivity | undefined {
  const verb = operation.verb.toLowerCase();
  const type = operation.subresource === '' ? operation.resource : `${operation.resource}/${operation.subresource}`;
  const found = PATTERNS.find(
    (pattern) =>
      pattern.plane === operation.plane &&
      pattern.verb.test(verb) &&
      (pattern.group === undefined || pattern.group.test(operation.group)) &&
      (pattern.type === undefined || pattern.type.test(type)),
  );
  return found?.is;
}
