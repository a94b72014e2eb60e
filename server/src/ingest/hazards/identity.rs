//! Who and where.

use serde_json::json;

use super::{asff, finding, one, with, without};

const ARN: &str = "arn:aws:guardduty:eu-west-1:999988887777:detector/d/finding/other";

#[test]
fn the_document_wins_over_its_arn() {
    for document in [with(finding(), json!({"arn": ARN})), with(asff(), json!({"Id": ARN}))] {
        let place = one(&document).attribution;
        assert_eq!((place.account.as_deref(), place.region.as_deref()), (Some("111122223333"), Some("us-east-1")));
    }
    let place = one(&without(with(finding(), json!({"arn": ARN})), &["accountId", "region"])).attribution;
    assert_eq!((place.account.as_deref(), place.region.as_deref()), (Some("999988887777"), Some("eu-west-1")));
}

#[test]
fn account_ids_are_taken_as_they_come() {
    for (written, told) in [
        (json!("111122223333"), "111122223333"),
        (json!(111_122_223_333_u64), "111122223333"),
        // A number has no leading zero, an account id has.
        (json!(12_345_678_901_u64), "012345678901"),
        (json!("123"), "123"),
        (json!(123), "123"),
        (json!("********8494"), "********8494"),
        (json!("12345678901234"), "12345678901234"),
    ] {
        let read = one(&with(finding(), json!({"accountId": written})));
        assert_eq!(read.attribution.account.as_deref(), Some(told));
        let read = one(&with(asff(), json!({"AwsAccountId": written})));
        assert_eq!(read.attribution.account.as_deref(), Some(told));
    }
}

#[test]
fn the_same_id_elsewhere_is_another_finding() {
    let here = one(&finding());
    for elsewhere in [
        json!({"region": "eu-west-1"}),
        json!({"accountId": "444455556666"}),
        json!({"partition": "aws-cn"}),
        json!({"service": {"detectorId": "d"}}),
        json!({"id": "00000000000000000000000000000000"}),
    ] {
        assert_ne!(one(&with(finding(), elsewhere.clone())).key, here.key, "{elsewhere}");
    }
    // Wrapped or not, it is the same.
    assert_eq!(one(&json!({"detail": finding()})).key, here.key);
}

#[test]
fn a_finding_and_its_copies_in_both_formats_of_security_hub_share_a_key() {
    let original = one(&with(finding(), json!({"arn": ARN})));
    let copy = one(&with(asff(), json!({"Id": ARN})));
    let ocsf = one(&json!({"class_uid": 2004, "metadata": {"product": {"name": "Amazon GuardDuty"}},
        "finding_info": {"uid": ARN, "title": "t", "types": ["TTPs/Discovery/Recon:EC2-Portscan"]}, "severity_id": 3,
        "cloud": {"region": "us-east-1", "account": {"uid": "111122223333"}}}));
    assert_eq!((copy.key, ocsf.key), (original.key, original.key));
    assert_eq!((&copy.finding_type, &ocsf.finding_type), (&original.finding_type, &original.finding_type));
    assert_eq!((copy.product.as_str(), ocsf.product.as_str()), ("GuardDuty", "GuardDuty"));
}
