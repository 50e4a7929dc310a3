import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sensitivity } from '../../src/behaviour/cloud-power.ts';
import { operation } from '../../src/core/operation.ts';
import { armOperation } from '../../src/sources/azure/operation.ts';
import { azureResource } from '../../src/sources/azure/resource.ts';

const VAULT = azureResource('/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv');
const OTHER = azureResource('/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web-1');

/** Operation names as Azure's logs print them, and what they give or hide. */
const AZURE: readonly (readonly [string, string | undefined])[] = [
  ['Microsoft.Authorization/roleAssignments/write', 'grants access'],
  ['Microsoft.Authorization/elevateAccess/action', 'grants access'],
  ['Microsoft.KeyVault/vaults/accessPolicies/write', 'grants access'],
  ['Microsoft.Storage/storageAccounts/listKeys/action', 'gives out credentials'],
  ['Microsoft.Storage/storageAccounts/listAccountSas/action', 'gives out credentials'],
  ['Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action', 'gives out credentials'],
  ['Microsoft.ContainerRegistry/registries/listCredentials/action', 'gives out credentials'],
  ['MICROSOFT.WEB/SITES/PUBLISHXML/ACTION', 'gives out credentials'],
  ['Microsoft.Compute/disks/beginGetAccess/action', 'gives out credentials'],
  ['Microsoft.Compute/virtualMachines/runCommand/action', 'runs code'],
  ['Microsoft.ContainerService/managedClusters/runCommand/action', 'runs code'],
  ['Microsoft.Compute/virtualMachines/extensions/write', 'runs code'],
  ['Microsoft.Automation/automationAccounts/runbooks/draft/write', 'runs code'],
  ['Microsoft.Network/networkSecurityGroups/securityRules/write', 'opens the network'],
  ['Microsoft.Insights/diagnosticSettings/delete', 'hides traces'],
  ['Microsoft.Authorization/locks/delete', 'hides traces'],
  ['Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write', 'changes identities'],
  ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', 'changes identities'],
  ['Microsoft.Compute/virtualMachines/write', undefined],
  ['Microsoft.Resources/deployments/write', undefined],
  ['Microsoft.Storage/storageAccounts/blobServices/containers/write', undefined],
  ['Microsoft.Network/loadBalancers/backendAddressPools/join/action', undefined],
];

test('Azure operations that give power are told from those of every day', () => {
  for (const [name, is] of AZURE) assert.equal(sensitivity(armOperation(name, OTHER)), is, name);
  assert.equal(sensitivity(armOperation('SecretGet', VAULT)), 'reads secrets');
  assert.equal(
    sensitivity(operation('azure', 'add-service-principal-credentials', 'microsoft.directory', 'serviceprincipal', '', 'object')),
    'changes identities',
  );
  assert.equal(sensitivity(operation('azure', 'signin', 'microsoft.aad', '', '', 'object')), undefined);
});

/** Service, event name, and what it gives or hides. */
const AWS: readonly (readonly [string, string, string | undefined])[] = [
  ['iam.amazonaws.com', 'AttachRolePolicy', 'grants access'],
  ['iam.amazonaws.com', 'UpdateAssumeRolePolicy', 'grants access'],
  ['eks.amazonaws.com', 'CreateAccessEntry', 'grants access'],
  ['iam.amazonaws.com', 'CreateAccessKey', 'gives out credentials'],
  ['secretsmanager.amazonaws.com', 'BatchGetSecretValue', 'reads secrets'],
  ['ssm.amazonaws.com', 'SendCommand', 'runs code'],
  ['ec2.amazonaws.com', 'AuthorizeSecurityGroupIngress', 'opens the network'],
  ['cloudtrail.amazonaws.com', 'StopLogging', 'hides traces'],
  ['iam.amazonaws.com', 'CreateUser', 'changes identities'],
  ['ec2.amazonaws.com', 'DescribeInstances', undefined],
  ['sts.amazonaws.com', 'AssumeRole', undefined],
  ['ecr.amazonaws.com', 'GetAuthorizationToken', undefined],
];

test('AWS operations that give power are told from those of every day', () => {
  for (const [service, name, is] of AWS) assert.equal(sensitivity(operation('aws', name, service, '', '', 'object')), is, name);
});

/** Service, method's last word, resource, and what it gives or hides. */
const GCP: readonly (readonly [string, string, string, string | undefined])[] = [
  ['cloudresourcemanager.googleapis.com', 'SetIamPolicy', 'project', 'grants access'],
  ['iam.googleapis.com', 'CreateServiceAccountKey', 'service_account', 'gives out credentials'],
  ['iamcredentials.googleapis.com', 'GenerateAccessToken', 'service_account', 'gives out credentials'],
  ['secretmanager.googleapis.com', 'AccessSecretVersion', 'project', 'reads secrets'],
  ['compute.googleapis.com', 'setMetadata', 'instances', 'runs code'],
  ['compute.googleapis.com', 'insert', 'firewalls', 'opens the network'],
  ['logging.googleapis.com', 'DeleteSink', 'logging_sink', 'hides traces'],
  ['iam.googleapis.com', 'CreateWorkloadIdentityPoolProvider', 'project', 'changes identities'],
  ['cloudkms.googleapis.com', 'CreateKeyRing', 'cloudkms_keyring', undefined],
  ['compute.googleapis.com', 'insert', 'instances', undefined],
];

test('Google operations that give power are told from those of every day', () => {
  for (const [service, verb, type, is] of GCP) assert.equal(sensitivity(operation('gcp', verb, service, type, '', 'object')), is, verb);
});
