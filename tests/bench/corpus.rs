//! A generated repository: the same for the same size, with the references and the few gaps that
//! a kept repository has.

use std::fmt::Write as _;
use std::path::Path;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A small generator of numbers (`SplitMix64`), so that a corpus is the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap_or(0)
    }

    fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }
}

const LEVELS: [&str; 4] = ["low", "medium", "high", "critical"];
const CLASSES: [&str; 4] = ["public", "internal", "confidential", "restricted"];
const DOMAINS: [&str; 10] = [
    "principles",
    "architecture",
    "infrastructure",
    "business-applications",
    "investment",
    "security-risk",
    "data",
    "ai",
    "vendor",
    "continuity",
];

/// Writes `size` resources below `folder` and returns the number of bytes.
pub(crate) fn write(folder: &Path, size: usize, one_file: bool) -> usize {
    let mut numbers = Numbers(size as u64);
    let counts = Counts::of(size);
    let mut texts = vec![organization()];
    texts.extend((0..counts.people).map(person));
    texts.extend((0..counts.roles).map(|index| role(index, &counts, &mut numbers)));
    texts.extend((0..counts.rights).map(|index| right(index, &counts)));
    texts.extend((0..counts.vendors).map(|index| vendor(index, &counts, &mut numbers)));
    texts.extend((0..counts.contracts).map(|index| contract(index, &counts, &mut numbers)));
    texts.extend((0..counts.assets).map(|index| asset(index, &counts, &mut numbers)));
    texts.extend((0..counts.services).map(|index| service(index, &counts, &mut numbers)));
    texts.extend((0..counts.plans).map(|index| plan(index, &counts, &mut numbers)));
    texts.extend((0..counts.exercises).map(|index| exercise(index, &counts, &mut numbers)));
    let rest = size.saturating_sub(texts.len());
    let counts = Counts {
        systems: rest,
        ..counts
    };
    texts.extend((0..rest).map(|index| system(index, &counts, &mut numbers)));
    let bytes = texts.iter().map(String::len).sum();
    if one_file {
        std::fs::write(folder.join("everything.yaml"), texts.join("---\n"))
            .expect("the file can be written");
        return bytes;
    }
    for (index, text) in texts.iter().enumerate() {
        let inner = folder.join(format!("{:03}", index / 500));
        if index % 500 == 0 {
            std::fs::create_dir_all(&inner).expect("the folder can be made");
        }
        std::fs::write(inner.join(format!("{index}.yaml")), text).expect("the file can be written");
    }
    bytes
}

struct Counts {
    people: usize,
    roles: usize,
    rights: usize,
    vendors: usize,
    contracts: usize,
    assets: usize,
    services: usize,
    plans: usize,
    exercises: usize,
    systems: usize,
}

impl Counts {
    fn of(size: usize) -> Self {
        let share = |percent: usize| (size * percent / 100).max(2);
        Self {
            people: share(8),
            roles: share(5),
            rights: share(1),
            vendors: share(9),
            contracts: share(9),
            assets: share(6),
            services: share(5),
            plans: share(2),
            exercises: share(3),
            systems: share(52) * 9 / 10,
        }
    }
}

fn head(kind: &str, id: &str, name: &str) -> String {
    format!("apiVersion: govlint/v1\nkind: {kind}\nid: {id}\nname: {name}\n")
}

fn organization() -> String {
    head("Organization", "acme", "Acme Freight")
        + "lastReviewed: 2026-09-30\nlegalName: Acme Freight Inc.\nindustry: logistics\nheadcount: 420\nprofile: mid-market\ncurrency: USD\nfiscalYearStart: 01-01\ntopTechnologyRole: role-0\ndepartments:\n  - {id: finance, name: Finance, head: Role/role-1}\n  - {id: it, name: IT, head: Role/role-0}\nbodies:\n  - {id: board, name: Board, type: board, chair: person-0, members: [person-0, person-1], meets: 3mo}\n"
}

fn person(index: usize) -> String {
    let status = if index % 40 == 7 {
        "notice\nendDate: 2027-01-31"
    } else {
        "active"
    };
    head(
        "Person",
        &format!("person-{index}"),
        &format!("Person {index}"),
    ) + &format!(
        "email: p{index}@acme.test\nstatus: {status}\nemployment: employee\ndepartment: it\nstartDate: 2019-03-0{}\ncompetencies: [networks, erp-admin]\n",
        index % 9 + 1
    )
}

fn role(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    let function = if index == 0 { "cio" } else { "other" };
    let boss = if index == 0 {
        String::new()
    } else {
        format!("reportsTo: role-{}\n", numbers.below(index))
    };
    head("Role", &format!("role-{index}"), &format!("Role {index}"))
        + &format!(
            "owner: Role/role-0\ntype: management\nfunction: {function}\nstatus: filled\nholder: person-{}\n{boss}since: 2020-01-01\ndepartment: it\nsuccession:\n  emergencyCover: person-{}\n  lastReviewed: 2026-06-30\n",
            index % counts.people,
            (index + 1) % counts.people
        )
}

fn right(index: usize, counts: &Counts) -> String {
    // Each right applies to something of its own, as rights do in a large organization.
    let domain = DOMAINS[index % DOMAINS.len()];
    head(
        "DecisionRight",
        &format!("right-{index}"),
        &format!("Decide {index}"),
    ) + &format!(
        "owner: Role/role-0\ndecision: Decide on matter {index}\ndomain: {domain}\naccountable: Role/role-{}\nresponsible: [Role/role-0]\nconsulted: [Role/role-1]\nescalation: board\nappliesTo: [Vendor/vendor-{}]\n",
        index % counts.roles,
        index % counts.vendors
    )
}

fn vendor(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    head(
        "Vendor",
        &format!("vendor-{index}"),
        &format!("Vendor {index}"),
    ) + &format!(
        "owner: Role/role-{}\ncategory: software\ntier: {}\nstatus: active\nrelationshipOwner: Role/role-0\ncountry: US\ndataAccess: {{classificationMax: {}, categories: [operational]}}\nsystemAccess: user\ndueDiligence: {{status: complete, initialOn: 2022-05-01, completedOn: 2026-05-01, by: Role/role-0, residualRisk: low}}\nexitPlan: {{exists: true, date: 2026-01-10, alternatives: [other], dataReturn: export}}\nsubstitutability: easy\n",
        numbers.below(counts.roles),
        numbers.pick(&LEVELS),
        numbers.pick(&CLASSES)
    )
}

fn contract(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    head(
        "Contract",
        &format!("contract-{index}"),
        &format!("Contract {index}"),
    ) + &format!(
        "owner: Role/role-{}\nvendor: vendor-{index}\ntype: subscription\nstatus: active\nstartDate: 2024-01-01\nendDate: 2027-12-31\nautoRenew: true\nnoticePeriod: 60d\nannualCost: {}\ncovers: [System/system-{}]\nsignedBy: person-0\nserviceLevels: [{{id: restore, metric: restore-time, target: 4, unit: hours}}]\nclauses: {{security: true, breachNotification: 72h, dataReturn: true}}\n",
        numbers.below(counts.roles),
        10_000 + numbers.below(90_000),
        numbers.below(counts.systems)
    )
}

fn asset(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    let system = numbers.below(counts.systems);
    head(
        "DataAsset",
        &format!("asset-{index}"),
        &format!("Asset {index}"),
    ) + &format!(
        "owner: Role/role-0\ndomain: operations\nclassification: internal\ncategories: [operational]\ndataOwner: Role/role-{}\nsystemOfRecord: system-{system}\nstoredIn: [system-{system}]\nretention: 3y\n",
        numbers.below(counts.roles)
    )
}

fn service(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    head(
        "BusinessService",
        &format!("service-{index}"),
        &format!("Service {index}"),
    ) + &format!(
        "owner: Role/role-{}\nprocessOwner: Role/role-0\ndepartment: finance\ncriticality: high\ncustomerFacing: true\nmtpd: 24h\nrto: 8h\nrpo: 1h\nmbco: Manual invoices\ndependsOn: {{systems: [{{ref: system-{}, type: hard}}, {{ref: system-{}, type: soft}}]}}\nbiaDate: 2026-02-15\n",
        numbers.below(counts.roles),
        numbers.below(counts.systems),
        numbers.below(counts.systems)
    )
}

fn plan(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    let mut covers = String::new();
    for offset in 0..10 {
        let _ = write!(
            covers,
            "{}System/system-{}",
            if offset > 0 { ", " } else { "" },
            (index * 26 + offset * 2) % counts.systems
        );
    }
    head(
        "ContinuityPlan",
        &format!("plan-{index}"),
        &format!("Plan {index}"),
    ) + &format!(
        "owner: Role/role-0\nlastReviewed: 2026-04-01\ntype: drp\ncovers: [{covers}]\nactivation: {{authority: Role/role-0, criteria: Loss above 1h}}\ncontacts:\n  - {{role: incident-commander, person: person-{}, alternate: person-1, phoneOnFile: true}}\nexerciseEvery: 12mo\napprovedBy: Role/role-0\napprovedOn: 2026-04-01\nofflineCopy: {{location: safe, lastVerified: 2026-04-01}}\n",
        numbers.below(counts.people)
    )
}

fn exercise(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    head(
        "Exercise",
        &format!("exercise-{index}"),
        &format!("Exercise {index}"),
    ) + &format!(
        "owner: Role/role-0\ntype: restore-test\ndate: 2026-10-0{}\nplans: [plan-{}]\nsystems: [system-{}]\nscenario: Restore from snapshot\nfacilitator: person-0\nparticipants: [person-0, person-1]\noutcome: pass\nachievedRto: 3h\nachievedRpo: 15m\n",
        index % 9 + 1,
        index % counts.plans,
        numbers.below(counts.systems)
    )
}

fn system(index: usize, counts: &Counts, numbers: &mut Numbers) -> String {
    let mut text = head(
        "System",
        &format!("system-{index}"),
        &format!("System {index}"),
    );
    let _ = write!(
        text,
        "owner: Role/role-{}\nlastReviewed: 2026-0{}-10\ntype: application\nlifecycle: production\ncriticality: {}\ndataClassification: {}\nhosting: iaas\nlocation: us-east\ndepartment: finance\n",
        numbers.below(counts.roles),
        numbers.below(5) + 5,
        numbers.pick(&LEVELS),
        numbers.pick(&CLASSES)
    );
    let _ = write!(
        text,
        "businessOwner: Role/role-{}\ntechnicalOwner: Role/role-{}\nbackupOwner: Person/person-{}\nvendor: vendor-{}\nannualCost: {}\ncapability: cap-{}\nsupport: {{version: \"11.2\", endOfSupport: 2028-06-30}}\n",
        numbers.below(counts.roles),
        numbers.below(counts.roles),
        numbers.below(counts.people),
        numbers.below(counts.vendors),
        numbers.below(90_000),
        numbers.below(400)
    );
    if index > 10 {
        // Layers of systems, as platforms carry applications: chains stay short as the number grows.
        let below = index / 8;
        let _ = writeln!(
            text,
            "dependsOn: [{{system: system-{}, type: hard}}, {{system: system-{}, type: soft}}]",
            numbers.below(below.max(1)),
            numbers.below(below.max(1))
        );
    }
    text + "recovery: {rto: 8h, rpo: 1h, tier: t1}\nbackup: {method: snapshot, frequency: 1h, retention: 35d, immutable: true, offline: false, lastRestoreTest: 2026-10-02}\nsecurity: {mfa: enforced, internetFacing: false, encryptionAtRest: true, lastAccessReview: 2026-05-11}\nitApproval: {status: approved}\n"
}
