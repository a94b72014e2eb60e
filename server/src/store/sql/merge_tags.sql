-- The newest word about each tag of a resource. What says the same as before changes nothing.
MERGE INTO resource_tag
USING (
    FROM staged_tag
    QUALIFY row_number() OVER (
        PARTITION BY account_id, region, resource_id, tag_key ORDER BY told_at DESC, tag_value
    ) = 1
) AS staged
ON resource_tag.account_id = staged.account_id AND resource_tag.region = staged.region
    AND resource_tag.resource_id = staged.resource_id AND resource_tag.tag_key = staged.tag_key
WHEN MATCHED AND staged.told_at >= resource_tag.told_at AND staged.tag_value <> resource_tag.tag_value
    THEN UPDATE SET tag_value = staged.tag_value, told_at = staged.told_at
WHEN NOT MATCHED THEN INSERT BY NAME
